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
from tests.api.fuzzing import Fuzzing
from tests.support.world import Things, World
from tests.walls.ways import MANAGER, SECRETARIAT, askers

EXAMPLES = int(os.environ.get("EXAMPLES", "3"))
SEED = int(os.environ.get("SEED", "1"))
GROUP = "/api/v1/groups/{group_id}"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call is tried without a key and with a wrong one: so many at once would have to wait, which is tested elsewhere."""
    monkeypatch.setattr(api, "WRONG_KEYS", rate("1000000 per 15 minutes"))


@pytest.mark.parametrize("who", [SECRETARIAT, MANAGER])
def test_what_is_answered_is_what_is_described(app: Flask, world: World, things: Things, who: str) -> None:
    key = askers(app, world)[who].key
    found = Fuzzing(app, key, things.mine, EXAMPLES, SEED).findings(app.extensions[EXTENSION])
    assert not found, "\n\n".join(found.values())


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
