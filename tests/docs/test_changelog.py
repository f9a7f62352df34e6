"""Every version that was delivered has its part of the page of changes, newest first."""

from __future__ import annotations

import re
import tomllib

from tests.docs.pages import ROOT
from tests.migrations.dumps import released

HEADING = re.compile(r"^## (\d+(?:\.\d+)+), migration (\w+) \(\d{4}-\d{2}-\d{2}\)$", re.MULTILINE)


def test_what_was_delivered_is_told() -> None:
    told = HEADING.findall((ROOT / "CHANGELOG.md").read_text())
    assert [revision for _version, revision in told] == list(reversed(released()))


def test_the_version_is_the_one_of_the_project() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    told = [
        tuple(map(int, each.split("."))) for each, _revision in HEADING.findall((ROOT / "CHANGELOG.md").read_text())
    ]
    assert told[0] <= tuple(map(int, version.split(".")))
    assert told == sorted(told, reverse=True)
