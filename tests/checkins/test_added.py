"""A day that nobody had planned is added to the check-in, where it can have been."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from service.checkins import operations, queries
from service.web.errors import Conflict, Invalid
from tenants.calendar import day_of, month_after
from tenants.database import db, now, transaction
from tenants.reach import acting_for, clock
from tests.checkins.conftest import Asked
from tests.support.world import HERE


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
