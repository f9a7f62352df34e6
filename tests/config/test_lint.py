"""What `make lint` guards, each with a hole planted that it must find. On a copy: the tree itself is never touched."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the code and of what configures the checks."""
    for name in ("config", "tenants", "service"):
        left_out = shutil.ignore_patterns("node_modules", "vendor", "__pycache__", "*.mo", "data")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=left_out)
    for name in ("pyproject.toml", "wsgi.py", "Makefile", ".gitignore"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def said(tree: Path, *command: str) -> tuple[int, str]:
    ended = subprocess.run(
        [*command], cwd=tree, capture_output=True, text=True, check=False, env={"PATH": f"{BIN}:/usr/bin:/bin"}
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_the_import_order_holds_and_an_upward_import_is_found(copy: Path) -> None:
    check = (str(BIN / "lint-imports"), "--no-cache")
    status, words = said(copy, *check)
    assert status == 0, words
    for place, planted in (
        ("service/platform/accounts/operations.py", "service.reporting.statements.operations"),
        ("tenants/scope.py", "service.partnership.catalogue.rules"),
        ("config/settings.py", "tenants.scope"),
        ("service/platform/notices/operations.py", "service.platform.documents.operations"),
        ("service/partnership/agreements/rules.py", "flask"),
        ("service/activity/activities/disclosure.py", "sqlalchemy"),
    ):
        file = copy / place
        before = file.read_text()
        file.write_text(f"{before}\nimport {planted}\n")
        status, words = said(copy, *check)
        file.write_text(before)
        assert status == 1, f"{place} may import {planted}"
        assert place.removesuffix(".py").replace("/", ".") in words


@pytest.mark.parametrize(
    ("place", "planted"),
    [
        ("tenants/scope.py", "def hole(x):\n    return x\n"),
        ("tenants/scope.py", "def hole(x: list) -> list:\n    return x\n"),
        ("service/reporting/statements/rules.py", "import json\n\n\ndef hole() -> int:\n    return json.loads('1')\n"),
    ],
)
def test_types_are_strict_where_it_matters(copy: Path, place: str, planted: str) -> None:
    with (copy / place).open("a") as file:
        file.write(f"\n\n{planted}")
    status, words = said(copy, str(BIN / "mypy"), "--no-incremental", "--follow-imports=silent", place)
    assert status == 1, words
    assert place in words


def registries(tree: Path) -> tuple[int, str]:
    """The check as the Makefile has it."""
    rule = next(line for line in (tree / "Makefile").read_text().splitlines() if "git grep" in line)
    hosts = next(line for line in (tree / "Makefile").read_text().splitlines() if line.startswith("HOSTS :="))
    command = rule.strip().lstrip("@").replace("$(HOSTS)", hosts.split(":=")[1].strip())
    return said(tree, "sh", "-c", command)


@pytest.mark.parametrize("host", ["pypi org", "files pythonhosted org", "registry npmjs org"])
def test_the_address_of_a_registry_is_found(copy: Path, host: str) -> None:
    subprocess.run(["git", "init", "-q", "."], cwd=copy, check=True)
    assert registries(copy) == (0, "")
    (copy / "notes.txt").write_text(f"see https://{host.replace(' ', '.')}/simple\n")
    status, words = registries(copy)
    assert status == 1
    assert "notes.txt:1" in words


@pytest.mark.parametrize("word", ["run", "test", "lint", "bench", "psql", "help"])
def test_every_habit_has_a_word(word: str) -> None:
    _status, words = said(ROOT, "make", "-s", "help")
    assert f"make {word} " in words


def test_locked_packages_have_hashes() -> None:
    locks = sorted((ROOT / "config").glob("requirements*.txt"))
    assert len(locks) == 5
    for lock in locks:
        for block in lock.read_text().replace("\\\n", " ").splitlines():
            assert "==" in block, block
            assert "--hash=sha256:" in block, block
