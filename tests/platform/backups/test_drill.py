"""The drill: what is backed up is put back elsewhere, whole, and used; and whatever is not whole is found out."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from click.testing import Result
from flask import Flask

from config import programs
from config.embedded import Servers
from config.settings import Settings, load_settings
from service.app import create_app
from service.platform.backups import operations
from service.platform.backups.operations import DUMP
from service.platform.backups.queries import newest
from service.platform.backups.rules import MANIFEST
from service.platform.documents.queries import of_municipality
from service.platform.ledger import queries as ledger
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.planted import unchecked
from tests.support.servers import create_database, drop_database, test_servers
from tests.support.telling import SECRET
from tests.support.world import HERE, THERE, World, sign_in


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


@pytest.fixture
def folder(app: Flask, world: World, tmp_path: Path) -> Path:
    """A folder with one backup of the world."""
    made = tmp_path / "backups"
    result = run(app, "backup", made)
    assert result.exit_code == 0, result.output
    return made


@contextmanager
def empty(var: Path, secret: str = SECRET) -> Iterator[tuple[Flask, Servers]]:
    """The application on an empty database of its own."""
    place = create_database(test_servers(), "restored")
    told = {**place.environment(), "VAR": str(var), "SECRET_KEY": secret, "PUBLIC_URL": "http://localhost"}
    app = create_app(load_settings(told))
    yield app, place
    with app.app_context():
        db.engine.dispose()
    drop_database(place)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[Flask, Servers]]:
    """An empty database, and the application on it."""
    with empty(tmp_path / "var") as found:
        yield found


def papers(app: Flask) -> dict[str, str]:
    """The hash of every paper's bytes, by number."""
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        rows = db.session.scalars(of_municipality(None)).all()
        return {row.number: hashlib.sha256(row.content).hexdigest() for row in rows}


def the_one(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


def test_what_is_backed_up_is_used_elsewhere(
    app: Flask, world: World, folder: Path, elsewhere: tuple[Flask, Servers]
) -> None:
    other, _place = elsewhere
    result = run(other, "restore", folder)
    assert result.exit_code == 0, result.output
    assert "All of it is there" in result.output
    assert "run `" not in result.output, "nothing more is to be done"
    assert papers(other) == papers(app) != {}
    with other.app_context(), acting_for(clock([HERE, THERE])), transaction():
        assert {ledger.chain(code).fault for code in (HERE, THERE, None)} == {None}
    client = other.test_client()
    assert client.get("/readyz").json["walls"] == "ok"  # type: ignore[index]
    sign_in(client, f"leder.{HERE}@kommune.example")
    assert client.get("/", follow_redirects=True).status_code == 200
    address = f"/dokumenter/{world.here.statement_document}"
    assert address in client.get(f"/kommuner/{HERE}/opgoerelser").text
    paper = client.get(address)
    assert paper.mimetype == "application/pdf"
    assert hashlib.sha256(paper.data).hexdigest() in papers(app).values()


# What is not whole


def refused(app: Flask, place: Servers, folder: Path, why: str) -> None:
    """The backup is refused for that reason, nothing is in the database, and the service may enter it still."""
    result = run(app, "restore", folder)
    assert result.exit_code == 1, result.output
    assert why in result.output
    with psycopg.connect(place.database_owner_url) as owner:
        assert owner.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        ).fetchone() == (0,)
    psycopg.connect(place.database_url).close()


def tell(folder: Path, **changes: object) -> None:
    """Let the manifest say something else."""
    file = the_one(folder) / MANIFEST
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


def flip_a_byte(folder: Path, place: Servers) -> None:
    file = the_one(folder) / DUMP
    content = bytearray(file.read_bytes())
    content[len(content) * 9 // 10] ^= 1  # what the tables are like stands before all rows
    file.write_bytes(content)


def flip_a_byte_and_hash_it_anew(folder: Path, place: Servers) -> None:
    """As whoever is after more than a power cut would: the dump's own parts say so then."""
    flip_a_byte(folder, place)
    tell(folder, sha256=hashlib.sha256((the_one(folder) / DUMP).read_bytes()).hexdigest())


def cut_off(folder: Path, place: Servers) -> None:
    file = the_one(folder) / DUMP
    file.write_bytes(file.read_bytes()[:-1000])


def dump_as_the_owner(folder: Path, place: Servers) -> None:
    """The trap: it ends with 0, and of all that row security hides it holds nothing."""
    file = the_one(folder) / DUMP
    with psycopg.connect(programs.plain(place.database_owner_url)) as connection:
        program = programs.folder(connection.info.server_version // 10000) / "pg_dump"
    subprocess.run(
        [program, "--format=custom", "--enable-row-security", "--schema=public", "--schema=app", f"--file={file}"],
        env=programs.environment(place.database_owner_url), check=True,
    )  # fmt: skip
    tell(folder, size=file.stat().st_size, sha256=hashlib.sha256(file.read_bytes()).hexdigest())


def lose_the_manifest(folder: Path, place: Servers) -> None:
    (the_one(folder) / MANIFEST).unlink()


SPOILT: dict[Callable[[Path, Servers], None], str] = {
    flip_a_byte: "is not what was written",
    flip_a_byte_and_hash_it_anew: "",
    cut_off: "is not what was written",
    dump_as_the_owner: "the dump does not hold what it should: ",
    lose_the_manifest: "there is no backup",
    lambda folder, _place: tell(folder, format=99): "is of another version's form",
    lambda folder, _place: tell(folder, server="new"): "says what cannot be",
    lambda folder, _place: tell(folder, file="../../etc/passwd"): "says what cannot be",
}


def test_what_was_spoilt_is_refused(
    folder: Path, place: Servers, elsewhere: tuple[Flask, Servers], tmp_path: Path
) -> None:
    whole = tmp_path / "whole"
    folder.rename(whole)
    for spoil, why in SPOILT.items():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(whole, folder)
        spoil(folder, place)
        refused(*elsewhere, folder, why)


def test_a_paper_whose_bytes_were_changed_is_found_and_the_service_kept_out(
    app: Flask, world: World, place: Servers, elsewhere: tuple[Flask, Servers], tmp_path: Path
) -> None:
    other, there = elsewhere
    with unchecked(place) as plant:
        plant("documents", "content = content || '\\x00' WHERE id = %s", world.here.document)
        run(app, "backup", tmp_path / "backups")
    result = run(other, "restore", tmp_path / "backups")
    assert result.exit_code == 1
    assert f"1 papers are not as they were issued: {HERE}-" in result.output
    with pytest.raises(psycopg.OperationalError, match="CONNECT"):
        psycopg.connect(there.database_url)


def test_a_restore_that_fails_halfway_leaves_nothing(folder: Path, elsewhere: tuple[Flask, Servers]) -> None:
    with psycopg.connect(elsewhere[1].database_owner_url) as owner:
        owner.execute("CREATE SCHEMA app")  # no table, and yet in the way
    refused(*elsewhere, folder, 'schema "app" already exists')


def test_nothing_is_put_over_what_is_there(app: Flask, folder: Path) -> None:
    before = papers(app)
    result = run(app, "restore", folder)
    assert result.exit_code == 1
    assert "holds tables already" in result.output
    assert papers(app) == before


def test_a_schema_that_this_code_does_not_know_is_refused(folder: Path, elsewhere: tuple[Flask, Servers]) -> None:
    told = json.loads((the_one(folder) / MANIFEST).read_text())
    tell(folder, contents={**told["contents"], "revision": "ffffffffffff"})
    refused(*elsewhere, folder, "the schema ffffffffffff is unknown to this code")


# How one is made


def test_a_backup_is_its_owners_alone_and_is_noted(app: Flask, folder: Path, settings: Settings) -> None:
    made = the_one(folder)
    assert {each.name: each.stat().st_mode & 0o777 for each in made.iterdir()} == {DUMP: 0o600, MANIFEST: 0o600}
    assert made.stat().st_mode & 0o777 == 0o700
    with app.app_context(), acting_for(clock()), transaction():
        when = newest()
        acts = [row.act for row in db.session.scalars(ledger.national().order_by("number"))]
    assert when is not None
    assert when.isoformat() == json.loads((made / MANIFEST).read_text())["made_at"]
    assert abs((now() - when).total_seconds()) < 600
    assert acts[-1] == "backup.made"


def test_who_does_not_read_past_the_walls_makes_none(
    app: Flask, world: World, settings: Settings, tmp_path: Path
) -> None:
    for url in (settings.database_owner_url, settings.database_url):
        other = create_app(replace(settings, database_backup_url=url))
        result = run(other, "backup", tmp_path)
        assert result.exit_code == 1
        assert "does not read past row security" in result.output
    assert list(tmp_path.iterdir()) == []


def test_one_that_was_killed_leaves_nothing_that_looks_whole(
    app: Flask, folder: Path, elsewhere: tuple[Flask, Servers], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed outright, its folder has no name that counts, and the next one removes it. Ended by less, it removes that itself."""
    whole = the_one(folder)
    left = folder / "partnerskab-29991231T235959Z.part"
    shutil.copytree(whole, left)
    shutil.rmtree(whole)
    refused(*elsewhere, folder, "there is no backup")

    def stopped(*_told: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(operations, "pour", stopped)
        result = run(app, "backup", folder)
    assert result.exit_code == 1
    assert "No space left" in result.output
    assert list(folder.iterdir()) == []


def test_two_at_once_do_not_meet(app: Flask, world: World, tmp_path: Path) -> None:
    held = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    result = run(app, "backup", tmp_path)
    os.close(held)
    assert result.exit_code == 1
    assert "another backup is being made" in result.output


# Encrypted


@pytest.fixture
def gpg_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A keyring of gpg's with one key, and the key's id. Its agent's socket wants a short address."""
    with tempfile.TemporaryDirectory(dir="/tmp") as home:
        monkeypatch.setenv("GNUPGHOME", home)
        make = [
            "gpg",
            "--batch",
            "--quiet",
            "--passphrase",
            "",
            "--quick-generate-key",
            "drift@drc.example",
            "rsa2048",
            "encr",
        ]
        subprocess.run(make, check=True, capture_output=True)
        yield "drift@drc.example"
        subprocess.run(["gpgconf", "--kill", "all"], check=True)


def test_by_gpg_to_a_public_key(
    app: Flask, world: World, gpg_home: str, elsewhere: tuple[Flask, Servers], tmp_path: Path
) -> None:
    made = tmp_path / "backups"
    result = run(app, "backup", made, "--recipient", "nobody@drc.example")
    assert result.exit_code == 1
    assert "gpg failed" in result.output
    assert list(made.iterdir()) == []
    assert run(app, "backup", made, "--recipient", gpg_home).exit_code == 0
    assert not (the_one(made) / f"{DUMP}.gpg").read_bytes().startswith(b"PGDMP")
    result = run(elsewhere[0], "restore", made)
    assert result.exit_code == 0, result.output
    assert papers(elsewhere[0]) == papers(app)


def age_key(folder: Path, name: str) -> tuple[Path, str]:
    """A key of age's: the file of the secret one, and the public one."""
    file = folder / name
    subprocess.run(["age-keygen", "-o", file], check=True, capture_output=True)
    return file, subprocess.run(["age-keygen", "-y", file], check=True, capture_output=True, text=True).stdout.strip()


def test_by_age_to_a_public_key_and_for_another_secret_key(
    app: Flask, world: World, settings: Settings, tmp_path: Path
) -> None:
    made = tmp_path / "backups"
    (secret, public), (other_secret, _other) = (age_key(tmp_path, name) for name in ("key", "other"))
    sealing = create_app(replace(settings, backup_recipient=public))
    assert run(sealing, "backup", made).exit_code == 0
    with sealing.app_context():
        db.engine.dispose()
    assert (the_one(made) / f"{DUMP}.age").read_bytes().startswith(b"age-encryption.org/")
    with empty(tmp_path / "var", "another secret key that is long enough") as (other, place):
        refused(other, place, made, "name the file with the secret key")
        result = run(other, "restore", made, "--identity", other_secret)
        assert result.exit_code == 1
        assert "age failed" in result.output
        result = run(other, "restore", made, "--identity", secret)
        assert result.exit_code == 0, result.output
        assert "run `flask --app wsgi walls close`" in result.output
        assert other.test_client().get("/readyz").json["walls"] == "ok"  # type: ignore[index]
        assert papers(other) == papers(app)
