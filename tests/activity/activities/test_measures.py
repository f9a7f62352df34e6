"""The declaration of measures, and what is written out beside it: the values, the columns, and the checks that were migrated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, fields, replace
from typing import Any

import psycopg
import pytest
from flask import Flask

from config.embedded import Servers
from service.activity.activities.measures import BY_CODE, FAMILIES, MEASURES, Asked, Measure
from service.activity.activities.models import ActivitySession, SessionPart
from service.activity.activities.rules import COUNTS, Counts, MonthTotals
from service.activity.activities.schemas import NewSession
from service.activity.activities.session_items import SessionItem
from service.activity.checkins.rules import ASKED, folded
from service.partnership.catalogue import files
from service.partnership.catalogue.rules import Counted
from service.platform.web.fields import whole
from tests.activity.activities.test_who_came import month_of
from tests.support.world import HERE, World
from tests.walls.ways import SECRETARIAT, askers

TABLES = (ActivitySession, SessionPart)


def lacking(measures: Sequence[Measure]) -> Iterator[str]:
    """Where measures are not written out as they are declared."""
    values = {of: {each.name: each.default for each in fields(of)} for of in (Counts, MonthTotals)}
    for measure in measures:
        if values[Counts].get(measure.code, MISSING) != (None if measure.open else 0):
            yield f"{measure.code}: rules.Counts"
        if measure.month and measure.code not in values[MonthTotals]:
            yield f"{measure.code}: rules.Held"
        for model in TABLES:
            column = model.__table__.columns.get(measure.code)
            if column is None or column.nullable is not measure.open:
                yield f"{measure.code}: {model.__tablename__}"


def test_every_measure_is_written_out_as_it_is_declared() -> None:
    assert list(lacking(MEASURES)) == []
    assert tuple(BY_CODE) == COUNTS


@pytest.mark.parametrize("change", [{"code": "strangers"}, {"open": False}])
def test_control_one_that_is_not_is_told(change: dict[str, Any]) -> None:
    found = {each.partition(": ")[2] for each in lacking([replace(MEASURES[-1], **change)])}
    assert found >= {"rules.Counts", "sessions", "session_parts"}


def test_a_part_comes_after_its_whole_and_says_what_is_wrong_where_it_is_more() -> None:
    order = list(BY_CODE)
    for of, parts in FAMILIES.items():
        assert parts[0].too_many, parts[0].code
        assert all(order.index(name) < order.index(part.code) for name in of for part in parts)


def test_every_target_of_an_agreement_is_a_figure() -> None:
    month = month_of()
    for code, counted in files.counted().items():
        if counted is Counted.SESSIONS:
            assert month.of(code) == 0, code


def checks(owner: psycopg.Connection, table: str) -> dict[str, str]:
    """The checks of a table as PostgreSQL tells them."""
    query = (
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'"
    )
    return dict(owner.execute(query, [table]).fetchall())


@pytest.mark.parametrize("model", TABLES)
def test_what_follows_is_what_the_migrations_made(migrated: Flask, place: Servers, model: Any) -> None:
    table = model.__table__
    declared = {str(each.name): str(each.sqltext) for each in table.constraints if hasattr(each, "sqltext")}
    with psycopg.connect(place.database_owner_url) as owner:
        owner.execute(f"CREATE TEMP TABLE declared (LIKE {table.name})")
        for name, text in declared.items():
            owner.execute(f'ALTER TABLE declared ADD CONSTRAINT "{name}" CHECK ({text})'.encode())
        migrated_too = checks(owner, table.name)
        assert checks(owner, "declared") == {name: migrated_too[name] for name in declared}
        owner.rollback()


def test_every_measure_is_sent_told_and_missed_where_it_is_left_out_of_a_whole_session() -> None:
    asked = whole(NewSession)().fields
    assert all(asked[code].required for code in BY_CODE)
    assert set(BY_CODE) < set(SessionItem().fields)


def test_a_page_asks_for_every_measure(app: Flask, world: World) -> None:
    asker = askers(app, world)[SECRETARIAT]
    page = asker.ask("GET", f"/kommuner/{HERE}/aktiviteter/{world.here.activity}").text
    asked = {name for name in re.findall(r'name="(\w+)"', page) if name in BY_CODE}
    assert asked == {each.code for each in MEASURES if each.asked is Asked.ALWAYS}


@pytest.mark.parametrize("whole", [True, False])
def test_a_check_in_asks_for_every_measure_once_in_its_order(whole: bool) -> None:
    main = [each.code for each in ASKED if not folded(each, whole)]
    more = [each.code for each in ASKED if folded(each, whole)]
    assert {*main, *more} == set(BY_CODE) - {"volunteer_minutes"}, "the volunteers' time is worked out"
    matches = ["active_matches", "new_matches", "ended_matches"]
    people, few = ["adults", "children"], ["women", "men", "waiting"]
    assert main == ([*matches, "volunteers"] if whole else [*matches, *people, "volunteers", "new_faces"])
    assert more == ([*people, "new_faces", *few] if whole else few)
