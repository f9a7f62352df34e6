"""Sessions that change after their month is closed: each change is entered, and the figures follow as far as they may."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from config.embedded import Servers
from service.activity.activities import anew, bulk, jobs, late, operations, telling, totals
from service.activity.activities.lateness import CountedIn, LateDifference, LateWay, Through, differences, through
from service.activity.activities.models import ClosedMonth, LateEntry, RetoldMonth
from service.activity.activities.rules import COUNTS
from service.activity.activities.telling_models import MonthTelling
from service.network.networks import operations as networks
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_before, months_back
from tenants.database import db, now, transaction
from tenants.periods import put_in_force
from tenants.reach import Office, Reach, clock
from tenants.scope import Level
from tests.support.rounds import tell_months
from tests.support.telling import tell
from tests.support.world import group_of, scope

HOME, OTHER, OPEN = "0580", "0550", "0540"  # the last has closed nothing
MONTH = month_before(first_of(day_of(now())))
EARLIER = month_before(MONTH)
DRC = Reach(Office.DRC, frozenset({HOME}))  # a consultant whose territory is one of the three
KEY = uuid4()


def part(code: str = HOME, day: dt.date = MONTH, **counts: Any) -> dict[str, Any]:
    about = {"municipality_code": code, "activity_type": "mentor", "group_id": None, "session_id": KEY, "held_on": day}
    return {**about, "cancelled": False, **dict.fromkeys(COUNTS, 0), **counts}


def place(code: str = HOME, month: dt.date = MONTH) -> CountedIn:
    return CountedIn(code, month, "mentor", None, KEY)


def test_what_is_added_changed_and_taken_away_is_told_by_municipality_and_measure() -> None:
    added = differences([], [part(adults=5), part(OTHER, adults=4, waiting=None)])
    assert added == [
        LateDifference(place(OTHER), {"sessions": 1, "adults": 4}),
        LateDifference(place(), {"sessions": 1, "adults": 5}),
    ]
    assert differences([part(adults=5)], [part(adults=3, children=1)]) == [
        LateDifference(place(), {"adults": -2, "children": 1})
    ]
    assert differences([part(adults=5)], []) == [LateDifference(place(), {"sessions": -1, "adults": -5})]
    assert differences([part(adults=5)], [part(adults=5)]) == []


def test_a_session_that_is_cancelled_or_moved_takes_here_and_adds_there() -> None:
    assert differences([part(adults=5)], [part(cancelled=True)]) == [
        LateDifference(place(), {"sessions": -1, "cancelled": 1, "adults": -5})
    ]
    moved = differences([part(adults=5)], [part(day=EARLIER, adults=5)])
    assert moved == [
        LateDifference(place(month=EARLIER), {"sessions": 1, "adults": 5}),
        LateDifference(place(), {"sessions": -1, "adults": -5}),
    ]


def test_through_what_a_month_was_moved() -> None:
    one, other = uuid4(), uuid4()
    reported = [(LateWay.REPORTED, one), (LateWay.REPORTED, one)]
    assert through(reported) == Through(groups=1, corrected=False)
    assert through([*reported, (LateWay.REPORTED, other), (LateWay.CORRECTED, one)]) == Through(
        groups=2, corrected=True
    )


@pytest.fixture
def activity(app: Flask) -> Iterator[UUID]:
    """An activity of HOME's that serves all three. Two months of the first two are closed, with 30 participants in each part."""
    with app.app_context():
        codes = (HOME, OTHER, OPEN)
        with acting_for(clock(codes)), transaction():
            group = networks.create(group_of("Gruppen", *codes))
            agreed = scope(MONTH, "prøve", Level.TARGETED, starts_on=EARLIER.replace(year=EARLIER.year - 1))
            for code in codes:
                put_in_force(code, agreed, uuid4())
            started = {"activity_type": "homework_help", "group_id": group.id, "name": "Lektier", "place": "Skolen"}
            row = operations.start(
                HOME, {**started, "starts_on": dt.date(2020, 1, 1), "ends_on": None, "schedule": None}
            )
            operations.set_counting(row.id, [OTHER, OPEN], asks_women_men=False)
            for month in (EARLIER, MONTH):
                operations.record(row.id, counted(month, 90, 36))
            for code in (HOME, OTHER):
                operations.close(code, months_back(MONTH, 2))
        yield row.id


def counted(day: dt.date, adults: int, volunteers: int = 0, **more: Any) -> dict[str, Any]:
    return {"held_on": day, "cancelled": False, "minutes": 60, "adults": adults, "volunteers": volunteers, **more}


def entered() -> list[LateEntry]:
    with acting_for(clock([HOME])), transaction():
        return list(db.session.scalars(select(LateEntry).order_by(LateEntry.id)))


def test_what_was_closed_and_what_came_late_is_what_there_is(activity: UUID) -> None:
    """Recorded, changed, moved, cancelled and taken away, by a consultant whose territory is one of the three municipalities."""
    with acting_for(DRC), transaction():
        late_one = operations.record(activity, counted(MONTH.replace(day=9), 31, 4), way=LateWay.REPORTED).id
        moved = operations.record(activity, counted(MONTH.replace(day=10), 12)).id
    with acting_for(DRC), transaction():
        operations.change(late_one, counted(MONTH.replace(day=9), 40, 5, children=2))
        operations.change(moved, counted(EARLIER.replace(day=3), 12))
    with acting_for(DRC), transaction():
        operations.change(moved, {"held_on": EARLIER.replace(day=3), "cancelled": True})
        operations.remove(late_one)
        operations.record(activity, counted(MONTH.replace(day=11), 9, 1))
    with acting_for(DRC), transaction():  # as a file of sessions does, and undoes
        sent = {**bulk.UNTOLD, "municipality_code": HOME, "activity_id": str(activity), "adults": 21}
        made = bulk.create([{**sent, "held_on": MONTH.replace(day=day).isoformat()} for day in (12, 13)])
    with acting_for(DRC), transaction():
        told = bulk.told(made[:1])
        bulk.change({made[0]: {**told[made[0]], "adults": 3}})
        bulk.restore(told)
        bulk.remove(made[1:])
    with acting_for(clock([HOME, OTHER, OPEN])), transaction():
        assert {row.municipality_code for row in db.session.scalars(select(LateEntry))} == {HOME, OTHER}
        for code in (HOME, OTHER):
            for month in (EARLIER, MONTH):
                row = totals.closed_months(code, month, month)[month]
                (closed,), (live,) = row.counted, totals.held(code, month, month)
                came: Counter[str] = Counter()
                for each in db.session.scalars(late.entries(code, month)):
                    came.update(each.differences)
                assert live.sessions == closed["sessions"] + came["sessions"]
                assert live.cancelled == closed["cancelled"] + came["cancelled"]
                assert live.attendances == closed["attendances"] + came["adults"] + came["children"]
                assert live.volunteer_attendances == closed["volunteer_attendances"] + came["volunteers"]
                assert live.volunteer_minutes == closed["volunteer_minutes"] + came["volunteer_minutes"]


def test_who_did_it_is_an_office_and_through_what(activity: UUID) -> None:
    with acting_for(DRC), transaction():
        operations.record(activity, counted(MONTH.replace(day=9), 30))
    with acting_for(clock([HOME])), transaction():
        operations.record(activity, counted(MONTH.replace(day=10), 30), way=LateWay.REPORTED)
    found = [(row.office, row.role, row.way) for row in entered() if row.municipality_code == HOME]
    assert found == [("drc", "", "corrected"), ("clock", "", "reported")]
    with acting_for(clock([HOME])), transaction():
        assert late.through_of(late.counting(HOME, [MONTH])[MONTH]) == Through(groups=1, corrected=True)
        assert late.through_of(late.counting(HOME, [EARLIER])[EARLIER]) == Through(groups=0, corrected=False)


def test_what_does_not_change_a_count_is_not_entered(activity: UUID) -> None:
    with acting_for(DRC), transaction():
        session = operations.record(activity, counted(first_of(day_of(now())), 30)).id
    assert entered() == [], "nor what is in a month that is not closed"
    with acting_for(DRC), transaction():
        operations.change(session, counted(first_of(day_of(now())), 30))
    assert entered() == []


def test_figures_follow_at_once_where_they_may_and_each_picture_is_kept(activity: UUID) -> None:
    def shown(code: str = HOME) -> tuple[int | None, int, int | None]:
        with acting_for(clock([code])), transaction():
            telling.tell_owed(code)
            (month,) = totals.figures(code, [MONTH], closed_alone=True)
            return month.attendances, month.sessions, month.volunteer_attendances

    assert shown() == shown(OTHER) == (30, 1, 12)
    with acting_for(DRC), transaction():
        small = operations.record(activity, counted(MONTH.replace(day=9), 9, 9)).id
    assert shown() == shown(OTHER) == (30, 2, 12), "3 participants and 3 volunteers are not told"
    with acting_for(DRC), transaction():
        operations.change(small, counted(MONTH.replace(day=9), 2109, 9))
    assert shown() == shown(OTHER) == (733, 2, 12)
    with acting_for(DRC), transaction():
        operations.record(activity, counted(MONTH.replace(day=10), 0, 12))
    assert shown() == (733, 3, 12), "3 and 4 are not 5 and one more for each of three sessions in parts"
    with acting_for(DRC), transaction():
        operations.change(small, counted(MONTH.replace(day=9), 2109, 12))
    assert shown() == shown(OTHER) == (733, 3, 20), "4 and 4 were gathered"
    with acting_for(clock([HOME])), transaction():
        assert totals.pictures(HOME, [EARLIER, MONTH]) == {EARLIER: 0, MONTH: 4}
        before = [totals.figures(HOME, [MONTH], told={MONTH: number})[0].attendances for number in range(5)]
        assert before == [30, 30, 733, 733, 733]
        assert db.session.scalars(select(ClosedMonth.counted)).all(), "and what was closed stays"
        assert totals.held_nationally(MONTH, MONTH)[0].attendances == 2199


def test_a_month_tells_by_the_scopes_it_was_closed_under(activity: UUID) -> None:
    with acting_for(clock([HOME])), transaction():
        mentors = {"activity_type": "network_family", "group_id": None, "name": "M", "place": "M", "ends_on": None}
        outside = operations.start(HOME, {**mentors, "starts_on": dt.date(2020, 1, 1), "schedule": None})
        before = totals.figures(HOME, [MONTH])
        operations.record(outside.id, counted(MONTH, 50, 20))
        telling.tell_owed(HOME)
        assert totals.figures(HOME, [MONTH]) == before
        assert db.session.scalars(select(RetoldMonth)).all() == []


def test_a_municipality_reads_no_late_entry_and_nobody_changes_one(activity: UUID, place: Servers) -> None:
    with acting_for(DRC), transaction():
        operations.record(activity, counted(MONTH.replace(day=9), 30))
    with acting_for(clock([HOME])), transaction():
        telling.tell_owed(HOME)
    with psycopg.connect(place.database_url.replace("+psycopg", "")) as connection:
        tell(connection, "municipality", HOME)
        assert connection.execute("SELECT count(*) FROM late_entries").fetchone() == (0,)
        assert connection.execute("SELECT DISTINCT municipality_code FROM retold_months").fetchall() == [(HOME,)]
        tell(connection, "clock", HOME)
        assert connection.execute("SELECT count(*) FROM late_entries").fetchone() == (2,), "the control: there are two"
        for table in ("late_entries", "retold_months", "closed_months"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(f"DELETE FROM {table}".encode())


def test_a_month_is_not_closed_while_a_session_of_it_is_changed(activity: UUID, place: Servers) -> None:
    """Else a change would be neither in what was closed nor late. The control is another municipality's."""
    free = "SELECT pg_try_advisory_xact_lock(hashtext('closed_months'), %s)"
    with psycopg.connect(place.database_url.replace("+psycopg", "")) as connection, acting_for(DRC):
        with transaction():
            operations.record(activity, counted(MONTH.replace(day=9), 30))
            db.session.flush()
            assert connection.execute(free, [int(HOME)]).fetchone() == (False,)
            assert connection.execute(free, [101]).fetchone() == (True,)
        assert connection.execute(free, [int(HOME)]).fetchone() == (True,)
        connection.rollback()
    with psycopg.connect(place.database_url.replace("+psycopg", "")) as connection, acting_for(clock([HOME])):
        with transaction():
            operations.close(HOME, [MONTH])
            shared = free.replace("xact_lock", "xact_lock_shared")
            assert connection.execute(shared, [int(HOME)]).fetchone() == (False,)
        connection.rollback()


def asked() -> list[tuple[str, int, bool | None]]:
    with acting_for(clock([HOME, OTHER])), transaction():
        rows = db.session.scalars(select(MonthTelling).order_by(MonthTelling.municipality_code))
        return [(row.work_state, row.entries, row.moved) for row in rows]


def test_telling_is_work_that_is_done_once_and_asked_for_again_when_more_has_come(activity: UUID) -> None:
    assert tell_months() == 0
    with acting_for(DRC), transaction():
        small = operations.record(activity, counted(MONTH.replace(day=9), 9)).id
    assert tell_months() == 2, "each of the two whose month is closed"
    assert asked() == [("done", 1, True)] * 2, "that it was held is told"
    with acting_for(DRC), transaction():
        operations.change(small, counted(MONTH.replace(day=9), 12))
    assert tell_months() == 2
    assert asked() == [("done", 2, False)] * 2, "4 participants are not"
    assert tell_months() == 0, "and it is not asked again: the same question has the same answer"
    with acting_for(DRC), transaction():
        operations.change(small, counted(MONTH.replace(day=9), 900))
    assert tell_months() == 2
    assert asked() == [("done", 3, True)] * 2


def test_what_is_told_of_a_neighbour_meanwhile_is_asked_about(activity: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one is told while the other is being answered: then the answer was to another question."""
    with acting_for(DRC), transaction():
        operations.record(activity, counted(MONTH.replace(day=9), 900))
    with acting_for(clock([HOME, OTHER])), transaction():
        telling.ask_owed()
        first, second = ([str(word) for word in each.arguments] for each in telling.wakeups())
    answer, answers = anew.told_anew, []

    def slow(*given: Any) -> anew.Telling | None:
        answers.append(given)
        if len(answers) == 1:
            assert jobs.tell(*second)
        return answer(*given)

    monkeypatch.setattr(anew, "told_anew", slow)
    assert not jobs.tell(*first)
    assert sorted(state for state, _entries, _moved in asked()) == ["done", "due"]
    assert jobs.tell(*first), "at once again"
    assert len(answers) == 3
