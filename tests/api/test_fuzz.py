"""Every call of the API answers as it is described to answer, whatever it is called with.

A few calls of each, the same ones every time; `make fuzz` makes more of them, and others with another SEED.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from limits import parse as rate

from service.api import EXTENSION
from service.platform.web import api
from service.platform.web.identity import KeyPurpose
from tests.api.fuzzing import Fuzzing
from tests.support.world import Things, World, key_of
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, STAFF, askers

WHOLE = "EXAMPLES" in os.environ  # by `make fuzz`: every call by everybody, and not a share of them
EXAMPLES = int(os.environ.get("EXAMPLES", "3"))
SEED = int(os.environ.get("SEED", "1"))
# The network is DRC's: its consultants read of every group and volunteer.
DRCS_OWN = ("/api/v1/groups", "/api/v1/networks", "/api/v1/volunteers")
GROUP = "/api/v1/groups/{group_id}"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call is tried without a key and with a wrong one: so many at once would have to wait, which is tested elsewhere."""
    monkeypatch.setattr(api, "WRONG_KEYS", rate("1000000 per 15 minutes"))


@pytest.mark.gate("8.2.2", "15.3.3")
@pytest.mark.parametrize(
    ("who", "purpose", "share", "shift"),
    [
        (SECRETARIAT, KeyPurpose.EVERYTHING, 2, 0),
        (CONSULTANT, KeyPurpose.EVERYTHING, 2, 1),
        (MANAGER, KeyPurpose.EVERYTHING, 2, 0),
        (STAFF, KeyPurpose.EVERYTHING, 2, 1),
        (SECRETARIAT, KeyPurpose.READ, 24, 0),
        (MANAGER, KeyPurpose.READ, 24, 6),
        (SECRETARIAT, KeyPurpose.FIGURES, 24, 12),
        (STAFF, KeyPurpose.FIGURES, 24, 18),
    ],
)
def test_what_is_answered_is_what_is_described_and_nothing_of_the_neighbour(
    app: Flask, world: World, things: Things, who: str, purpose: KeyPurpose, share: int, shift: int
) -> None:
    """By a key of each role and of each purpose. Between them they try every call; `make fuzz` tries every call by each of them."""
    person = {
        SECRETARIAT: world.secretariat,
        CONSULTANT: world.consultant,
        MANAGER: world.here.manager,
        STAFF: world.here.staff,
    }[who]
    with app.app_context():
        key = key_of(person, purpose)
    fuzzing = Fuzzing(
        app,
        key,
        things.mine,
        EXAMPLES,
        SEED + (0 if WHOLE else shift),
        theirs=things.theirs,
        hidden="" if who == SECRETARIAT else world.there.canary,
        open_to=DRCS_OWN if who == CONSULTANT else (),
        share=1 if WHOLE else share,
    )
    found = fuzzing.findings(app.extensions[EXTENSION])
    assert not found, "\n\n".join(found.values())


def test_the_control_the_neighbours_word_is_found(app: Flask, world: World, things: Things) -> None:
    """DRC's secretariat meets it: where it were to be hidden from them too, it is told."""
    spec = copy.deepcopy(app.extensions[EXTENSION])
    spec["paths"] = {"/api/v1/activities": {"get": spec["paths"]["/api/v1/activities"]["get"]}}
    key = askers(app, world)[SECRETARIAT].key
    found = Fuzzing(app, key, things.mine, 5, hidden=world.there.canary).findings(spec)
    assert "holds the neighbour's word" in found["GET /api/v1/activities"]
    assert not Fuzzing(app, key, things.mine, 5, hidden=world.there.canary, open_to=("/api/",)).findings(spec)


def _forget_a_status(spec: dict[str, Any]) -> None:
    spec["paths"][GROUP]["get"]["responses"].pop("404")


def _tell_another_type(spec: dict[str, Any]) -> None:
    spec["components"]["schemas"]["MeItem"]["properties"]["name"]["type"] = "integer"


def _demand_a_key_where_none_is_asked(spec: dict[str, Any]) -> None:
    spec["paths"]["/healthz"] = {"get": {"responses": {"200": {"description": "Alive."}}}}


@pytest.mark.parametrize(
    ("spoil", "path", "told"),
    [
        (_forget_a_status, GROUP, "Undocumented status code"),
        (_tell_another_type, "/api/v1/me", "Response violates schema"),
        (_demand_a_key_where_none_is_asked, "/healthz", "without authentication"),
    ],
)
def test_the_control_what_is_not_described_is_found(
    app: Flask, world: World, spoil: Callable[[dict[str, Any]], None], path: str, told: str
) -> None:
    spec = copy.deepcopy(app.extensions[EXTENSION])
    spoil(spec)
    spec["paths"] = {path: {"get": spec["paths"][path]["get"], "parameters": spec["paths"][path].get("parameters", [])}}
    found = Fuzzing(app, askers(app, world)[SECRETARIAT].key, {}, 10).findings(spec)
    assert list(found) == [f"GET {path}"]
    assert told in found[f"GET {path}"]
