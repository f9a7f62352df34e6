"""DRC's national year: made once, DRC's own, and each of its tables sums to the whole of the page of national figures."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from flask import Flask
from openpyxl import load_workbook

from service.activity.activities.models import Activity
from service.desk.national import operations, queries
from service.desk.national.rules import year_owed
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.papers.test_conformance import text_of
from tests.support.verapdf import assert_conforms
from tests.support.world import HERE, THERE, World, hold
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, askers

YEAR = day_of(now()).year - 1


@pytest.mark.parametrize(
    ("today", "year"), [(dt.date(2027, 2, 28), None), (dt.date(2027, 3, 1), 2026), (dt.date(2027, 12, 31), 2026)]
)
def test_the_year_before_is_owed_from_march(today: dt.date, year: int | None) -> None:
    assert year_owed(today) == year


def test_a_year_is_made_once_and_every_table_of_it_sums_to_the_page(app: Flask, world: World) -> None:
    days = [dt.date(YEAR, month, 15) for month in (1, 6, 12)]
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        activity = db.session.get_one(Activity, (HERE, world.here.activity))
        for day in days:
            hold(activity, day, adults=9, volunteers=2, volunteer_minutes=200, serves=[THERE])
    people = askers(app, world)
    asked = [people[CONSULTANT].ask("POST", "/landstal/aar", {"year": str(YEAR)}) for _press in range(2)]
    assert [each.status_code for each in asked] == [302, 302]
    with app.app_context():
        with acting_for(clock()), transaction():
            due = queries.years_due()
        assert len(due) == 1, "two presses ask once"
        assert [operations.make(due[0], 60) for _try in range(2)] == [True, False]
        with acting_for(clock([HERE])), transaction():
            row = queries.year(due[0])
            content, facts = row.content, row.facts
            whole = queries.whole(dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 1))
    assert content
    assert facts
    assert_conforms(content)
    assert f"DRC-{YEAR}-1" in text_of(content)
    assert facts["whole"]["attendances"] == whole.attendances >= 27
    book = load_workbook(io.BytesIO(people[SECRETARIAT].ask("GET", f"/landstal/aar/{due[0]}/tal").data))
    told = {
        name: list(book[name].values)[1:]
        for name in ("hele-landet", "maaneder", "omraader", "kommuner", "aktivitetstyper")
    }
    sums = {
        name: [sum(column) for column in zip(*(row[1:] for row in rows), strict=True)] for name, rows in told.items()
    }
    assert len({tuple(each) for each in sums.values()}) == 1, sums
    assert sums["kommuner"][:3] == [whole.sessions, whole.cancelled, whole.attendances]
    page = people[CONSULTANT].ask("GET", f"/landstal?fra={YEAR}-01&til={YEAR}-12").text
    assert f"DRC-{YEAR}-1 (PDF)" in page
    for way in ("", "/tal"):
        assert people[MANAGER].ask("GET", f"/landstal/aar/{due[0]}{way}").status_code == 404
    assert people[CONSULTANT].ask("POST", "/landstal/aar", {"year": str(YEAR)}).status_code == 302
    with app.app_context(), acting_for(clock()), transaction():
        newest = queries.newest_year(YEAR)
        assert newest is not None
        assert newest.revision == 2, "once it is made, a press makes a new edition"


def test_a_year_that_is_not_over_is_refused(app: Flask, world: World) -> None:
    people = askers(app, world)
    people[CONSULTANT].ask("POST", "/landstal/aar", {"year": str(YEAR + 1)})
    people[CONSULTANT].ask("POST", "/landstal/aar", {"year": "x"})
    with app.app_context(), acting_for(clock()), transaction():
        assert queries.years() == []
