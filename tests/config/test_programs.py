"""Which of PostgreSQL's programs are taken, and what they are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import programs


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with the programs of 15 and 17, a folder with none, and one whose program says nothing."""
    for name, says in (
        ("15", "pg_dump (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"),
        ("17", "pg_dump (PostgreSQL) 17beta1"),
        ("broken", ""),
    ):
        (tmp_path / name).mkdir()
        program = tmp_path / name / "pg_dump"
        program.write_text(f"#!/bin/sh\necho '{says}'\n")
        program.chmod(0o755)
    monkeypatch.setattr(programs, "_places", lambda: [tmp_path / name for name in ("17", "none", "15", "broken")])
    return tmp_path


@pytest.mark.parametrize(("server", "taken"), [(14, "15"), (15, "15"), (16, "17"), (17, "17")])
def test_the_servers_own_version_is_taken_or_the_next_newer_one(installed: Path, server: int, taken: str) -> None:
    assert programs.folder(server) == installed / taken


def test_where_all_are_too_old_it_says_what_to_install(installed: Path) -> None:
    with pytest.raises(programs.NoProgram, match="there is only 15, 17: install postgresql-client-18"):
        programs.folder(18)


def test_no_password_stands_on_a_command_line() -> None:
    told = programs.environment("postgresql+psycopg://role:word@/db?host=%2Frun%2Fx&sslmode=require")
    assert {name: told[name] for name in ("PGUSER", "PGPASSWORD", "PGDATABASE", "PGHOST", "PGSSLMODE")} == {
        "PGUSER": "role",
        "PGPASSWORD": "word",
        "PGDATABASE": "db",
        "PGHOST": "/run/x",
        "PGSSLMODE": "require",
    }
