"""A day that nobody had planned is added to the check-in, where it can have been."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from service.activity.activities import operations as activities
from service.activity.activities.models import Activity, ActivitySchedule
from service.activity.checkins import operations, queries, recording
from service.platform.web.errors import Conflict, Invalid
from tenants.acting import acting_for
from tenants.calendar import day_of, month_after
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.activity.checkins.conftest import Asked
from tests.support.world import HERE, World, hold


def add(asked: Asked, day: dt.date) -> None:
    with acting_for(clock([HERE])), transaction():
        operations.add_line(asked.id, asked.activity, day)


def test_a_day_is_added_once_within_the_month_and_when_it_has_been(app: Flask, asked: Asked) -> None:
    day = asked.days[0]
    with app.app_context():
        for wrong in (
            month_after(asked.month),
            asked.month - dt.timedelta(days=1),
            day_of(now()) + dt.timedelta(days=1),
        ):
            with pytest.raises(Invalid) as refused:
                add(asked, wrong)
            assert list(refused.value.errors) == ["held_on"]
        with pytest.raises(Conflict):
            add(asked, day)
        with acting_for(clock([HERE])), transaction():
            gone = next(line.row for line in queries.lines(queries.checkin(asked.id)) if line.row.held_on == day)
            before = dict(gone.before)
            db.session.delete(gone)
        add(asked, day)
        (line,) = asked.inside(lambda row: [each.row for each in queries.lines(row) if each.row.held_on == day])
        assert (line.minutes, line.before) == (90, before)


def test_matches_are_told_once_in_the_month_and_nothing_that_was_counted_is_lost(app: Flask, asked: Asked) -> None:
    """A friend family has one line for the month; where sessions were recorded, matches are told with the last of them."""
    with app.app_context():
        with acting_for(clock([HERE])), transaction():
            row = Activity(
                municipality_code=HERE,
                activity_type="network_family",
                group_id=asked.group,
                name="Netværksfamilier",
                place="Byen",
                starts_on=dt.date(2020, 1, 1),
            )
            db.session.add(row)
            db.session.flush()
            activity = row.id
            for day in asked.days[:2]:
                hold(row, day, volunteers=1, adults=2, children=3, minutes=60, volunteer_minutes=60)
            for line in queries.lines(queries.checkin(asked.id)):
                db.session.delete(line.row)
            db.session.flush()
            operations._put_lines(queries.checkin(asked.id))
        lines = asked.inside(lambda row: [each for each in queries.lines(row) if each.activity.id == activity])
        assert [(line.row.held_on, line.matches, line.whole) for line in lines] == [
            (asked.days[0], False, False),
            (asked.days[1], True, False),
        ]
        with acting_for(clock([HERE])), transaction():
            told = {line.row.id: {"state": None, **line.row.answer} for line in lines}
            told[lines[1].row.id] |= {"active_matches": 4, "new_matches": 1}
            operations.answer(asked.id, told, {})
        assert recording.record(HERE, asked.id, 60)
        with acting_for(clock([HERE])), transaction():
            rows = queries.sessions_between([activity], HERE, asked.month, month_after(asked.month))
            assert [(row.adults, row.children, row.active_matches) for row in rows] == [(2, 3, None), (2, 3, 4)]
            assert rows[0].changed_at is None


def test_the_days_are_those_of_the_schedule_and_without_one_as_the_month_before(app: Flask, world: World) -> None:
    month = dt.date(2026, 3, 1)  # the clocks change on the 29th
    with app.app_context(), acting_for(clock([HERE])), transaction():
        given = {"activity_type": "language_cafe", "name": "Café", "place": "Huset", "starts_on": dt.date(2026, 1, 1)}
        row = activities.start(HERE, given | {"group_id": world.shared_group, "ends_on": None})
        for day in (3, 10, 17, 24):
            hold(row, dt.date(2026, 2, day), minutes=120, volunteers=1, adults=5)
        tuesdays = [dt.date(2026, 3, day) for day in (3, 10, 17, 24, 31)]
        assert queries.planned(row, month) == [(day, 120) for day in tuesdays]
        db.session.add(
            ActivitySchedule(
                municipality_code=HERE,
                activity_id=row.id,
                valid_from=row.starts_on,
                rule="FREQ=WEEKLY;BYDAY=SU",
                anchor=dt.date(2026, 1, 4),
                starts=dt.time(14),
                minutes=90,
                without_holidays=False,
                without_breaks=False,
                extra=[],
                left_out=[dt.date(2026, 3, 8)],
            )
        )
        db.session.flush()
        assert queries.planned(row, month) == [(dt.date(2026, 3, day), 90) for day in (1, 15, 22, 29)]
