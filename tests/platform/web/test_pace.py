"""How fast somebody may go who has been let in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from limits import parse

from service.features import FEATURES
from service.platform.web import pace
from tests.api.conftest import Program
from tests.support.pages import search, token_of
from tests.support.people import SECRETARIAT, Few
from tests.support.people import few as make_few
from tests.support.world import key_of, sign_in


@pytest.fixture
def few(app: Flask) -> Few:
    """The people that there are."""
    with app.app_context():
        return make_few()


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three of each, in however long a test takes."""
    for name in ("CALLS", "SEARCHES", "ORDERS"):
        monkeypatch.setattr(pace, name, parse("3 per day"))
    pace.counted.storage.reset()
    yield
    pace.counted.storage.reset()


@pytest.mark.gate("2.4.1")
def test_a_program_is_held_to_a_pace_and_no_other_persons(app: Flask, few: Few) -> None:
    with app.app_context():
        one, other = (Program(app.test_client(), key_of(each)) for each in (few.manager, few.staff))
    assert [one.get("/me").status_code for _each in range(4)] == [200, 200, 200, 429]
    assert other.get("/me").status_code == 200
    answer = one.get("/me")
    assert (answer.mimetype, answer.headers["Retry-After"]) == ("application/problem+json", str(24 * 60 * 60))
    assert answer.json is not None
    assert "Vent et minut" in answer.json["detail"]


@pytest.mark.gate("2.4.1")
def test_searches_and_orders_are_held_to_a_pace_and_plain_reading_is_not(app: Flask, few: Few) -> None:
    client = sign_in(app.test_client(), SECRETARIAT)
    assert {client.get("/medarbejdere").status_code for _each in range(6)} == {200}
    assert [client.get(search(client, "/medarbejdere", "nina")).status_code for _each in range(4)] == [
        200,
        200,
        200,
        429,
    ]
    assert client.get("/medarbejdere").status_code == 200
    token = token_of(client.get("/overfoersler/udtraek").text)
    asked = [
        client.post("/overfoersler/udtraek", data={"csrf_token": token, "kind": "x"}).status_code for _each in range(4)
    ]
    assert asked[:3] == asked[:1] * 3 != [429] * 3
    assert asked[3] == 429


def test_what_is_held_to_a_pace_is_there(app: Flask) -> None:
    """The control: a name that is no route's holds nothing."""
    assert FEATURES.orders
    assert FEATURES.orders <= set(app.view_functions)
    assert FEATURES.figures <= set(app.blueprints)
