"""A municipality's start page, for its own people and for DRC's."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import running
from config.settings import Settings
from service.activity.activities import totals
from service.activity.activities.models import Activity
from service.activity.activities.operations import close
from service.desk.home import queries
from service.reporting.yearplan import queries as plans
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, months_back
from tenants.database import db, now, transaction
from tenants.periods import put_in_force
from tenants.reach import clock
from tenants.scope import AgreedActivity, Every, Frequency, Level, Payment, Scope
from tests.support.world import EMPTY, HERE, World, hold, key_of, person, scope
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, STAFF, Asker, askers, enter

START = f"/kommuner/{HERE}"


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Asker]:
    """Those who ask."""
    return askers(app, world)


@pytest.mark.parametrize("who", [SECRETARIAT, CONSULTANT])
def test_drc_has_its_tools_above_the_page_of_the_municipality(people: dict[str, Asker], who: str) -> None:
    page = people[who].ask("GET", START).text
    tools = page.index("For Dansk Flygtningehjælp</h2>")
    assert tools < page.index(f'href="{START}/aktiviteter"') < page.index(f'href="{START}/delinger"')
    assert page.index(f'href="{START}/delinger"') < page.index('class="overview"')
    assert "Venter på kommunen" in page
    assert "Venter på dig" not in page


@pytest.mark.parametrize("who", [MANAGER, STAFF])
def test_a_municipality_has_none_of_drcs_tools(people: dict[str, Asker], who: str) -> None:
    page = people[who].ask("GET", START).text
    assert "For Dansk Flygtningehjælp</h2>" not in page
    assert "Venter på dig" in page
    assert "Venter på kommunen" not in page


def test_an_agreement_awaits_the_one_who_can_approve_it(people: dict[str, Asker]) -> None:
    said = {who: people[who].ask("GET", START).text for who in (MANAGER, STAFF)}
    assert "En aftale venter på din godkendelse" in said[MANAGER]
    assert "din godkendelse" not in said[STAFF]
    assert "venter på, at kommunens leder godkender den" in said[STAFF]
    waits = {who: page[page.index("Venter på dig") :] for who, page in said.items()}
    assert ">Aftale 0580-" in waits[MANAGER].partition("Ring til")[0]
    assert ">Aftale 0580-" not in waits[STAFF].partition("Ring til")[0]


@pytest.mark.parametrize("part", ["aktiviteter", "behov", "aftaler", "netvaerk", "delinger"])
def test_the_name_above_every_page_of_a_municipality_leads_to_its_start_page(
    people: dict[str, Asker], part: str
) -> None:
    for who in (CONSULTANT, MANAGER):
        assert f'<div class="solution-heading"><p><a href="{START}">' in people[who].ask("GET", f"{START}/{part}").text


def test_a_consultant_has_a_territory_and_the_secretariat_the_country(people: dict[str, Asker]) -> None:
    said = {
        who: re.findall(r'<div class="solution-heading"><p>\s*(.+?)\s*</p>', people[who].ask("GET", "/kommuner").text)
        for who in (CONSULTANT, SECRETARIAT)
    }
    assert said == {CONSULTANT: ["Mine kommuner"], SECRETARIAT: ["Alle kommuner"]}


def test_the_tile_says_how_many_of_all_held_were_agreed(
    people: dict[str, Asker], monkeypatch: pytest.MonkeyPatch
) -> None:
    def tile(*kept: int) -> str:
        monkeypatch.setattr(queries, "kept", lambda _now, _promised: kept)
        page = people[MANAGER].ask("GET", START).text
        return re.findall(r"Afholdte gange</dt>.*?</div>", page, re.DOTALL)[0]

    held = int(re.findall(r"key-figure-value\">(\d+)", tile(0, 0))[0])
    assert f"heraf {held + 7} aftalte" in tile(held + 7, held + 9)
    assert "heraf" not in tile(held, held + 9), "all that was held was agreed"
    assert "heraf" not in tile(0, 0), "nothing was agreed by number"


def test_a_month_that_is_over_and_not_closed_is_drcs_alone(app: Flask, world: World, people: dict[str, Asker]) -> None:
    """Read today and tomorrow it would tell the persons of one session."""
    month, start = world.month, f"/kommuner/{EMPTY}"
    figures = f"{start.replace('/kommuner', '/api/v1/municipalities')}/figures"
    with app.app_context(), acting_for(clock([EMPTY])), transaction():
        manager = person(f"leder.{EMPTY}@kommune.example", ("manager", EMPTY, None))
        put_in_force(EMPTY, scope(month, "prøve"), uuid4())
        row = Activity(municipality_code=EMPTY, activity_type="homework_help", name="A", place="B", starts_on=month)
        db.session.add(row)
        db.session.flush()
        hold(row, month, volunteers=6, volunteer_minutes=360, adults=9)
    client = app.test_client()
    enter(app, client, manager)
    with app.app_context():
        headers = {"Authorization": f"Bearer {key_of(manager)}"}

    def read() -> tuple[bool, list[Any], int]:
        listed = client.get(figures, headers=headers)
        asked = client.get(f"{figures}?to={month:%Y-%m}", headers=headers)
        assert listed.json is not None
        return "Fremmøder" in client.get(start).text, listed.json["items"], asked.status_code

    assert read() == (False, [], 422)
    assert "kommer med månedens opgørelse" in client.get(start).text
    assert "Fremmøder" in people[SECRETARIAT].ask("GET", start).text
    with app.app_context(), acting_for(clock([EMPTY])), transaction():
        close(EMPTY, months_back(month, 13))
    shown, items, status = read()
    assert (shown, len(items), status) == (True, 13, 200)
    assert (items[-1]["attendances"], items[-1]["volunteer_hours"]) == (9, 6)


def test_a_closed_month_is_held_against_what_was_agreed_then(app: Flask, world: World) -> None:
    """Not against the agreement that has taken over since: neither on the start page nor in the plan of the year."""
    month, today = world.month, day_of(now())
    contact = scope(month, "prøve").drc_contact

    def agreed(kind: str, starts: dt.date) -> Scope:
        weekly = AgreedActivity(
            kind, "Huset", Frequency(1, Every.WEEK), starts, dt.date(2099, 12, 31), "Samtale alene."
        )
        term = {"starts_on": starts, "ends_on": dt.date(2099, 12, 31), "activities": (weekly,), "drc_contact": contact}
        return scope(month, "prøve", Level.TARGETED, targets=(), payment=Payment(), **term)

    with app.app_context(), acting_for(clock([EMPTY])), transaction():
        put_in_force(EMPTY, agreed("homework_help", month), uuid4())
        for kind, times in (("homework_help", 2), ("language_cafe", 1)):
            row = Activity(municipality_code=EMPTY, activity_type=kind, name=kind, place="B", starts_on=month)
            db.session.add(row)
            for day in range(times):
                hold(row, month + dt.timedelta(days=day), volunteers=6, adults=9)
        close(EMPTY, months_back(month, 13))
        now_in_force = agreed("language_cafe", first_of(today))
        put_in_force(EMPTY, now_in_force, uuid4())
        assert [(row.activity_type, row.sessions) for row in totals.counted(EMPTY, [month])] == [("homework_help", 2)]
        page = queries.start_page(EMPTY, now_in_force, today, drc=False)
        assert page.figures is not None
        assert [promise.activity_type for promise in page.figures.promised] == ["homework_help"]
        assert page.figures.kept[0] == 2
        held = {each.activity_type: each.held for each in plans.plan(EMPTY, month.year).agreed}
        assert (held["homework_help"], held.get("language_cafe", 0)) == (2, 0)


def test_a_demonstration_that_cannot_be_made_is_told_on_every_page(client: FlaskClient, settings: Settings) -> None:
    try:
        running.write_progress(settings.var, 40)
        assert "40 procent er klar" in client.get("/log-ind").text
        running.write_failing(settings.var)
        page = client.get("/log-ind").text
        assert "Demonstrationen kan ikke laves færdig: 40 procent er der" in page
        assert "er ved at blive lavet" not in page
    finally:
        running.write_progress(settings.var, None)
    assert "Demonstrationen" not in client.get("/log-ind").text
