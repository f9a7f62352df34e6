"""Counted once a month from what DRC records, and read by the municipality as far as its agreement opens it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from service.network.networks import operations as networks
from service.reporting.recruitment import operations, queries, rules
from service.reporting.recruitment.models import RecruitmentMonth
from service.reporting.recruitment.rules import Movement
from service.volunteer.volunteers import operations as volunteers
from service.volunteer.volunteers.rules import VolunteerStatus
from tenants.acting import acting_for
from tenants.calendar import day_of, month_after, month_before
from tenants.database import db, now, transaction
from tenants.models import ScopePeriod
from tenants.reach import clock
from tests.support.counting import counted
from tests.support.rounds import count
from tests.support.world import HERE, THERE, World, group_of, volunteer_of
from tests.walls.ways import CONSULTANT, MANAGER, STAFF, Asker, askers

TODAY = day_of(now())
LAST = month_before(TODAY.replace(day=1))
PAGE, CALL = f"/kommuner/{HERE}/rekruttering", f"/api/v1/municipalities/{HERE}/recruitment"


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Asker]:
    return askers(app, world)


def volunteer(number: int, group_id: UUID, since: dt.date, until: dt.date | None = None) -> UUID:
    given = volunteer_of(f"Prøve {number}", HERE) | {"status": VolunteerStatus.ACTIVE, "started_on": since}
    row = volunteers.create(given, anyway=True)
    role = volunteers.start_role(row.id, {"group_id": group_id, "role": "member", "valid_from": since})
    if until is not None:
        volunteers.end_role(row.id, role.id, until)
    return row.id


def group(name: str, *codes: str) -> UUID:
    return networks.create(group_of(name, *codes) | {"themes": {"mentor"}}).id


def test_who_is_counted(app: Flask, world: World) -> None:
    """Once each, where the group has its home, while the role lasts and nobody rests."""
    early, within = month_after(LAST, -3), LAST + dt.timedelta(days=9)
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        one, two = group("Den ene", HERE, THERE), group("Den anden", HERE)
        stays = [volunteer(number, one, early) for number in range(6)]
        volunteers.start_role(stays[0], {"group_id": two, "role": "member", "valid_from": early})  # and is counted once
        for number in range(10, 15):
            volunteer(number, two, within)
        volunteer(20, two, early, until=within)
        volunteers.set_status(stays[5], VolunteerStatus.RESTING, within)
        volunteer(30, group("Naboens", THERE, HERE), early)
        found = queries.movements([HERE, THERE], LAST)
        assert found == {HERE: Movement(10, 5, 2), THERE: Movement(1, 0, 0)}
        assert found[HERE].before == 7
        assert queries.movements([HERE], month_before(LAST))[HERE] == Movement(7, 0, 0)


def test_the_timetable_counts_a_month_once_and_only_where_there_is_a_partnership(app: Flask, world: World) -> None:
    with app.app_context():
        count("recruitment.count")
        with acting_for(clock([HERE, THERE, "0860"])):
            rows = db.session.scalars(select(RecruitmentMonth)).all()
            assert {row.municipality_code for row in rows} == {HERE, THERE}
            assert {row.month for row in rows} == set(rules.owed(TODAY)), "the world's agreement is older than that"
        assert count("recruitment.count") == 0
        with acting_for(clock([HERE])), transaction():
            assert operations.count([HERE], LAST) == 0, "counted before, and not again"


def test_a_count_is_never_changed(app: Flask, world: World) -> None:
    with app.app_context():
        for statement in ("UPDATE recruitment_months SET volunteers = 7", "DELETE FROM recruitment_months"):
            with pytest.raises(ProgrammingError, match="permission denied"), acting_for(clock([HERE])), transaction():
                db.session.execute(text(statement))


def test_a_municipality_reads_its_own_and_no_small_number(app: Flask, world: World, people: dict[str, Asker]) -> None:
    month = month_before(LAST)
    with app.app_context(), acting_for(clock([HERE])), transaction():
        home = group("Den ene", HERE)
        for number in range(8):
            volunteer(number, home, month if number < 3 else month_after(month, -2))
        operations.count_owed(TODAY)
    for who in (MANAGER, STAFF):
        found = people[who].ask("GET", CALL).json
        assert found is not None
        by_month = {row["month"]: (row["volunteers"], row["came"], row["left"]) for row in found["items"]}
        assert by_month[f"{month:%Y-%m}"] == (8, None, None), "three came"
        assert {row["municipality_code"] for row in found["items"]} == {HERE}
        page = people[who].ask("GET", PAGE)
        assert page.status_code == 200
        assert "Prøve" not in page.text
    assert people[CONSULTANT].ask("GET", PAGE).status_code == 200
    assert people[STAFF].ask("GET", f"/kommuner/{THERE}/rekruttering").status_code == 404
    with counted(app) as made:
        people[STAFF].ask("GET", PAGE)
    assert 0 < len(made) <= 8


def test_the_country_may_settle_on_three(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], fewest_shown=3))
    month, new = month_before(LAST), "0860"  # where no later month has been counted
    with app.app_context(), acting_for(clock([HERE, new])), transaction():
        home = group("Den ene", new)
        for number in range(8):
            volunteer(number, home, month if number < 3 else month_after(month, -2))
        for each in (month_before(month), month):
            operations.count([new], each)
        (row,) = queries.months(new, month, month)
        assert (row.volunteers, row.came, row.came_in_year_least, row.came_in_year_most) == (8, 3, 8, 8)


def test_it_shuts_with_the_agreement(app: Flask, people: dict[str, Asker]) -> None:
    assert PAGE in people[STAFF].ask("GET", f"/kommuner/{HERE}").text
    with app.app_context(), acting_for(clock([HERE])), transaction():
        period = db.session.scalars(select(ScopePeriod).where(ScopePeriod.valid_from <= TODAY)).one()
        left = [each for each in period.stored_scope["capabilities"] if each != "recruitment"]
        period.stored_scope = {**period.stored_scope, "capabilities": left}
    assert people[STAFF].ask("GET", PAGE).status_code == people[STAFF].ask("GET", CALL).status_code == 404
    assert PAGE not in people[STAFF].ask("GET", f"/kommuner/{HERE}").text
