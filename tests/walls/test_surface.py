"""What the service offers is written down, so that a change of it is a difference that somebody reads."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest
from flask import Blueprint, Flask

from config.settings import Settings
from service import app as application
from service import surface
from service.features import FEATURES
from service.platform.feature import Feature, Features
from service.platform.web.permits import permit

KEPT = Path(__file__).parents[2] / "docs" / "surface.txt"


def difference(app: Flask, kept: str) -> str:
    """What the application offers that is not as it is written down, and the other way round."""
    lines = unified_diff(
        kept.splitlines(), surface.text(app).splitlines(), "docs/surface.txt", "the service", n=1, lineterm=""
    )
    return "\n".join(lines)


def test_what_the_service_offers_is_as_it_is_written_down(migrated: Flask) -> None:
    found = difference(migrated, KEPT.read_text())
    assert not found, (
        f"What the service offers has changed. Is it meant? Then `make surface`, and commit the file.\n{found}"
    )


def test_the_control_what_a_feature_adds_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Blueprint("added", __name__)
    page.add_url_rule("/added", "view", permit.drc(lambda: ""))
    added = Feature(
        name="added",
        pages=(page,),
        jobs={"service.added.jobs.do": print},
        acts={"added.done": "Done"},
        while_looking=("added.view",),
    )
    monkeypatch.setattr(application, "FEATURES", Features((*FEATURES.every, added)))
    told = difference(application.create_app(settings), KEPT.read_text()).splitlines()
    assert [line.split() for line in told if line[0] in "+-" and line[:3] not in ("+++", "---") and line[1:]] == [
        ["+added"],
        ["+", "route", "GET", "drc", "/added", "(added.view)"],
        ["+", "job", "service.added.jobs.do"],
        ["+", "sends", "added.view", "while", "looking"],
        ["+", "act", "added.done"],
    ]
