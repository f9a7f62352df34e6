"""The plan as a page and by key: as the agreement in force has it, few queries, and shut where it is not opened."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select

from service.activity.activities import operations as activities
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.models import ScopePeriod
from tenants.reach import clock
from tests.support.counting import counted
from tests.support.world import HERE, THERE, World
from tests.walls.ways import CONSULTANT, MANAGER, STAFF, Asker, askers

TODAY = day_of(now())
PAGE = f"/kommuner/{HERE}/aarsplan"
SCHEDULE = {
    "rule": "FREQ=WEEKLY;BYDAY=TU",
    "starts": dt.time(16),
    "minutes": 90,
    "without_holidays": True,
    "without_breaks": True,
    "extra": (),
    "left_out": (),
    "valid_from": None,
    "recount": False,
}


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Asker]:
    return askers(app, world)


def start(app: Flask, code: str, kind: str, since: dt.date) -> None:
    given = {"activity_type": kind, "name": kind, "place": "Huset", "starts_on": since, "ends_on": None}
    with app.app_context(), acting_for(clock([code])), transaction():
        activities.start(code, given | {"group_id": None, "schedule": SCHEDULE})


def test_it_is_the_agreement_and_the_calendar(app: Flask, world: World, people: dict[str, Asker]) -> None:
    for code, kind in ((HERE, "language_cafe"), (HERE, "mentor"), (THERE, "language_cafe")):
        start(app, code, kind, dt.date(TODAY.year, 1, 1))
    page = people[STAFF].ask("GET", PAGE)
    assert page.status_code == 200
    for shown in (
        f"Plan for {TODAY.year}",
        "Sprogcafé",
        "100.000",
        "Redegørelse for § 18-tilskuddet",
        "Holde statusmøde",
    ):
        assert shown in page.text, shown
    assert "Mentor" not in page.text, "it is not agreed"
    assert world.there.canary not in page.text
    found = people[STAFF].ask("GET", f"/api/v1/municipalities/{HERE}/year-plan").json
    assert found is not None
    cafe = next(each for each in found["agreed"] if each["activity_type"] == "language_cafe")
    assert 35 < cafe["planned"] < 50, "each Tuesday, less holidays and breaks"
    assert sum(month["planned"] for month in found["months"]) == sum(each["planned"] for each in found["agreed"])
    assert len(found["months"]) == 12
    marks = {day["mark"] for month in found["months"] for day in month["days"]}
    assert marks >= {"duty", "instalment", "status", "grant_report"}


def test_years_are_those_of_the_agreements(people: dict[str, Asker]) -> None:
    for asked, shown in (
        ("", TODAY.year),
        ("?aar=1900", TODAY.year - 1),
        ("?aar=2999", TODAY.year + 1),
        ("?aar=x²", TODAY.year),
    ):
        assert f"<h1>Plan for {shown}</h1>" in people[MANAGER].ask("GET", PAGE + asked).text, asked


def test_it_opens_with_the_agreement_and_shuts_with_it(app: Flask, people: dict[str, Asker]) -> None:
    assert PAGE in people[STAFF].ask("GET", f"/kommuner/{HERE}").text
    with app.app_context(), acting_for(clock([HERE])), transaction():
        period = db.session.scalars(select(ScopePeriod).where(ScopePeriod.valid_from <= TODAY)).one()
        left = [each for each in period.stored_scope["capabilities"] if each != "year_plan"]
        period.stored_scope = {**period.stored_scope, "capabilities": left}
    for who in (MANAGER, STAFF):
        assert people[who].ask("GET", PAGE).status_code == 404
        assert people[who].ask("GET", f"/api/v1/municipalities/{HERE}/year-plan").status_code == 404
        assert PAGE not in people[who].ask("GET", f"/kommuner/{HERE}").text
    assert people[CONSULTANT].ask("GET", PAGE).status_code == 200
    assert people[STAFF].ask("GET", f"/kommuner/{THERE}/aarsplan").status_code == 404


def test_it_costs_few_queries(app: Flask, people: dict[str, Asker]) -> None:
    for number in range(12):
        start(app, HERE, "language_cafe" if number % 2 else "homework_help", TODAY)
    with counted(app) as made:
        assert people[CONSULTANT].ask("GET", PAGE).status_code == 200
    assert 0 < len(made) <= 18
