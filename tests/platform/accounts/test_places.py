"""For whom a person acts: one municipality at a time, chosen among their own, and with the role they have there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Update, delete, update

from service.platform.accounts.models import Membership, TerritoryMunicipality
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.pages import token_of
from tests.support.world import EMPTY, HERE, THERE, World, person

Browser = Callable[[UUID], FlaskClient]


@pytest.fixture
def both(app: Flask, world: World) -> UUID:
    """The manager of THERE who is also one of the staff of HERE."""
    with app.app_context(), acting_for(clock()), transaction():
        return person("begge@kommune.example", ("manager", THERE, None), ("staff", HERE, None))


def choose(client: FlaskClient, code: str) -> int:
    """Choose a municipality on the page."""
    return client.post("/vaelg", data={"csrf_token": token_of(client.get("/vaelg").text), "code": code}).status_code


def seen(client: FlaskClient) -> set[str]:
    """The municipalities whose page opens."""
    return {code for code in (HERE, THERE, EMPTY) if client.get(f"/kommuner/{code}").status_code == 200}


def test_who_belongs_to_two_must_choose_and_then_sees_the_chosen_one_alone(
    browser: Browser, world: World, both: UUID
) -> None:
    client, second = browser(both), browser(both)
    assert client.get("/").headers["Location"] == "/vaelg"
    page = client.get("/vaelg").text
    assert [code for code in (HERE, THERE, EMPTY) if f'value="{code}"' in page] == [HERE, THERE]
    assert seen(client) == set()
    for mine, other in ((HERE, world.there), (THERE, world.here)):
        assert choose(client, mine) == 302
        assert client.get("/").headers["Location"] == f"/kommuner/{mine}"
        assert seen(client) == {mine}
        assert client.get(f"/dokumenter/{other.document}").status_code == 404
        assert other.canary not in client.get(f"/kommuner/{mine}").text
    assert seen(second) == set(), "each sign-in chooses for itself"


@pytest.mark.parametrize("code", [EMPTY, "0101", "", "0580,0550", "{0580}", "*", "0580\x00", "\u0660580"])
def test_no_other_municipality_can_be_chosen(browser: Browser, both: UUID, code: str) -> None:
    client = browser(both)
    choose(client, HERE)
    assert choose(client, code) == 404
    assert seen(client) == {HERE}


def test_who_belongs_to_one_cannot_choose_another(browser: Browser, world: World) -> None:
    client = browser(world.here.manager)
    assert choose(client, THERE) == 404
    assert seen(client) == {HERE}


def test_the_role_is_that_of_the_chosen_municipality(browser: Browser, world: World, both: UUID) -> None:
    """A manager there is one of the staff here: what only a manager may do is not there."""
    client = browser(both)
    for code, place, status in ((HERE, world.here, 404), (THERE, world.there, 422)):
        choose(client, code)
        token = token_of(client.get("/min-konto").text)
        answer = client.post(f"/kommuner/{code}/aftaler/{place.offered}/godkend", data={"csrf_token": token})
        assert answer.status_code == status


def test_a_choice_ends_with_the_place(app: Flask, browser: Browser, both: UUID) -> None:
    client = browser(both)
    choose(client, THERE)
    with app.app_context(), acting_for(clock()), transaction():
        db.session.execute(
            delete(Membership).where(Membership.person_id == both, Membership.municipality_code == THERE)
        )
    assert seen(client) == {HERE}


def test_drcs_people_who_also_belong_to_a_municipality_are_drcs(app: Flask, browser: Browser, world: World) -> None:
    with app.app_context(), acting_for(clock()), transaction():
        twice = person("to.hatte@drc.example", ("secretariat", None, None), ("manager", HERE, None))
    client = browser(twice)
    token = token_of(client.get("/min-konto").text)
    answer = client.post(
        f"/kommuner/{HERE}/aftaler/{world.here.offered}/afvis",
        data={"csrf_token": token, "reason": "Nej tak, ikke nu."},
    )
    assert answer.status_code == 404, "nobody acts for both parties"


def test_a_consultant_reaches_the_territory_as_it_is_today(
    browser: Browser, world: World, change: Callable[[Update], None]
) -> None:
    client = browser(world.consultant)
    assert seen(client) == {HERE}
    for days, codes in ((1, {HERE}), (0, set())):
        change(update(TerritoryMunicipality).values(valid_to=day_of(now()) + dt.timedelta(days=days)))
        assert seen(client) == codes
    change(update(TerritoryMunicipality).values(valid_from=day_of(now()) + dt.timedelta(days=1), valid_to=None))
    assert seen(client) == set()
