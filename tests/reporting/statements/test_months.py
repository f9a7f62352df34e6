"""Which months are owed, by the Danish calendar, to the minute: both nights on which the clocks change included."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask

from service import timetable
from service.platform.web.errors import Refusal
from service.reporting.statements import operations, queries, releasing
from service.reporting.statements.rules import owed_months
from tenants.acting import acting_for
from tenants.calendar import bounds, day_of, first_of
from tenants.database import transaction
from tenants.periods import put_in_force
from tenants.reach import clock
from tests.reporting.statements.conftest import CODES, Country, of_size
from tests.support.rounds import count
from tests.support.wakeups import woken
from tests.support.world import scope

UTC = dt.UTC


@pytest.mark.parametrize(
    ("moment", "newest"),
    [
        (dt.datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC), dt.date(2026, 9, 1)),  # 23:59 in Denmark, winter time
        (dt.datetime(2026, 10, 31, 23, 0, tzinfo=UTC), dt.date(2026, 10, 1)),  # midnight: October is over
        (dt.datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC), dt.date(2026, 2, 1)),  # 23:59, summer time
        (dt.datetime(2026, 3, 31, 22, 0, tzinfo=UTC), dt.date(2026, 3, 1)),
        (dt.datetime(2026, 12, 31, 22, 59, tzinfo=UTC), dt.date(2026, 11, 1)),
        (dt.datetime(2026, 12, 31, 23, 0, tzinfo=UTC), dt.date(2026, 12, 1)),
        (dt.datetime(2026, 3, 29, 1, 30, tzinfo=UTC), dt.date(2026, 2, 1)),  # the night that lacks an hour
        (dt.datetime(2026, 10, 25, 0, 30, tzinfo=UTC), dt.date(2026, 9, 1)),  # the hour that comes twice
        (dt.datetime(2026, 10, 25, 1, 30, tzinfo=UTC), dt.date(2026, 9, 1)),
    ],
)
def test_a_month_is_owed_from_midnight_in_denmark(moment: dt.datetime, newest: dt.date) -> None:
    owed = owed_months(day_of(moment))
    assert owed[-1] == newest
    assert len(owed) == 3
    assert all(bounds(month)[1] <= moment for month in owed), "what is owed is over"
    assert bounds(first_of(day_of(moment)))[1] > moment, "and the next is not"


def test_control_counting_in_utc_is_an_hour_or_two_late() -> None:
    moment = dt.datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    assert owed_months(moment.date())[-1] == dt.date(2026, 2, 1) != owed_months(day_of(moment))[-1]


@pytest.mark.parametrize(
    ("month", "hours"),
    [(dt.date(2026, 3, 1), 743), (dt.date(2026, 10, 1), 745), (dt.date(2026, 2, 1), 672), (dt.date(2026, 7, 1), 744)],
)
def test_months_are_as_long_as_their_clocks_say(month: dt.date, hours: int) -> None:
    first, after = bounds(month)
    assert (after - first) == dt.timedelta(hours=hours)
    assert day_of(first) == month
    assert day_of(after - dt.timedelta(microseconds=1)).month == month.month


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> object:
    """Let it be a certain moment for those who ask what is owed."""

    def set_clock(moment: dt.datetime) -> None:
        for module in (operations, releasing):
            monkeypatch.setattr(module, "now", lambda: moment)

    return set_clock


@pytest.fixture
def inforce(app: Flask) -> Iterator[str]:
    """A municipality with a partnership from August to mid-October 2026."""
    from uuid import uuid4

    with app.app_context():
        with acting_for(clock(CODES)), transaction():
            term = scope(dt.date(2026, 8, 1), "prøve", starts_on=dt.date(2026, 8, 20), ends_on=dt.date(2026, 10, 15))
            put_in_force(CODES[0], term, uuid4())
        yield CODES[0]


def test_a_month_that_is_not_over_is_refused(inforce: str, at: object) -> None:
    at(dt.datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC))  # type: ignore[operator]
    with acting_for(clock([inforce])), transaction(), pytest.raises(Refusal) as refused:
        operations.ask(dt.date(2026, 10, 1))
    assert refused.value.errors["month"]
    at(dt.datetime(2026, 10, 31, 23, 0, 0, tzinfo=UTC))  # type: ignore[operator]
    with acting_for(clock([inforce])), transaction():
        assert operations.ask(dt.date(2026, 10, 1)) == [inforce]


def test_owed_is_who_had_a_partnership_on_some_day_of_the_month(inforce: str) -> None:
    with acting_for(clock(CODES)), transaction():
        owed = {month: queries.owed(dt.date(2026, month, 1)) for month in (7, 8, 9, 10, 11)}
    assert owed == {7: frozenset(), 8: {inforce}, 9: {inforce}, 10: {inforce}, 11: frozenset()}


def test_a_partnership_that_ends_with_the_month_owes_nothing_for_the_next(app: Flask) -> None:
    from uuid import uuid4

    with app.app_context(), acting_for(clock(CODES)), transaction():
        term = scope(dt.date(2026, 8, 1), "prøve", starts_on=dt.date(2026, 8, 1), ends_on=dt.date(2026, 8, 31))
        put_in_force(CODES[0], term, uuid4())
        assert [bool(queries.owed(dt.date(2026, month, 1))) for month in (7, 8, 9)] == [False, True, False]


def test_the_timetable_makes_good_the_last_three_months_and_no_more(app: Flask, at: object) -> None:
    from uuid import uuid4

    with app.app_context():
        with acting_for(clock(CODES)), transaction():
            put_in_force(CODES[0], scope(dt.date(2026, 1, 1), "prøve", starts_on=dt.date(2026, 1, 1)), uuid4())
        at(dt.datetime(2026, 10, 31, 23, 0, tzinfo=UTC))  # type: ignore[operator]
        assert count("statements.ask") == 3
        assert count("statements.ask") == 0
        with acting_for(clock(CODES)), transaction():
            made = {month: len(queries.of_month(dt.date(2026, month, 1))) for month in (7, 8, 9, 10)}
        assert made == {7: 0, 8: 1, 9: 1, 10: 1}


@of_size(2)
def test_the_first_of_the_month_comes_and_two_timetables_do_no_harm(app: Flask, country: Country) -> None:
    from service.platform.work import waking

    with app.app_context():
        timetable.tick()
        first = country.issued()
        waiting = waking.queue().count
        assert len(first.statements) == 2
        assert waiting >= 2
        timetable.tick()
        assert country.issued() == first
        assert waking.queue().count == waiting, "each piece of work waits in the queue once"


@pytest.mark.gate("16.5.2")
@of_size(1)
def test_with_redis_away_the_timetable_goes_on_and_nothing_is_lost(app: Flask, country: Country) -> None:
    from service.platform.work import waking

    with app.app_context():
        present = app.extensions["redis"]
        waking.init(app, "redis://127.0.0.1:1/0")  # nobody there
        try:
            timetable.tick()
            assert len(country.issued().statements) == 1, "it is asked for all the same"
        finally:
            app.extensions["redis"] = present
        assert waking.queue().count == 0
        timetable.tick()
        functions = [function for function, _arguments in woken()]
        assert functions.count(releasing.JOB) == 1, "and woken for as soon as Redis is back"


@pytest.mark.gate("16.5.2")
@of_size(1)
def test_with_the_database_away_the_timetable_goes_on(
    app: Flask, country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    from service.platform.web.health import TIMETABLE_BEAT
    from service.platform.work import waking

    def away() -> frozenset[str]:
        raise OperationalError("SELECT", {}, Exception("the server closed the connection"))

    with app.app_context():
        with monkeypatch.context() as patch:
            patch.setattr("service.platform.rounds.operations.all_codes", away)
            timetable.tick()
        assert waking.connection().get(TIMETABLE_BEAT), "it is alive"
        assert not country.issued().statements
        timetable.tick()
        assert len(country.issued().statements) == 1
