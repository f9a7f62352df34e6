"""Sessions are recorded as they were held, and the month's figures are what a plain count of them gives."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from service.activity.activities import operations, queries, totals
from service.activity.activities.disclosure import disclose
from service.activity.activities.models import Activity, ActivitySession, ClosedMonth
from service.activity.activities.recurrence import WEEKDAYS
from service.activity.activities.rules import MonthTotals
from service.platform.web.errors import Conflict, Invalid, NotFound
from tenants.acting import acting_for
from tenants.calendar import day_of, month_after, month_before, months_back
from tenants.database import db, now, transaction
from tenants.periods import put_in_force, touching
from tenants.reach import clock
from tenants.scope import Capability, Level
from tests.support.world import HERE, World, hold, scope
from tests.walls.ways import CONSULTANT, askers

CODE, NEIGHBOUR = "0101", "0147"
TODAY = day_of(now())
COUNTS = {"cancelled": False, "volunteers": 2, "volunteer_minutes": 240, "adults": 7, "children": 3}
NOTHING = {"cancelled": True, "volunteers": 0, "volunteer_minutes": 0, "adults": 0, "children": 0}


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def activity(inside: None) -> UUID:
    """An activity that began sixty days ago and ends today."""
    with acting_for(clock([CODE])), transaction():
        return operations.start(
            CODE,
            {
                "activity_type": "homework_help",
                "name": "Lektiehjælp",
                "place": "Biblioteket",
                "starts_on": TODAY - dt.timedelta(days=60),
                "ends_on": TODAY,
            },
        ).id


def record(activity: UUID, day: dt.date, counts: dict[str, Any] = COUNTS, code: str = CODE) -> UUID:
    with acting_for(clock([code])), transaction():
        return operations.record(activity, {"held_on": day, **counts}).id


def kept() -> int:
    with acting_for(clock([CODE])), transaction():
        return db.session.scalar(select(func.count()).select_from(ActivitySession)) or 0


def test_today_and_the_first_day_are_recorded(activity: UUID) -> None:
    record(activity, TODAY)
    record(activity, TODAY - dt.timedelta(days=60), NOTHING)
    assert kept() == 2


@pytest.mark.parametrize(
    ("day", "counts", "field"),
    [
        (TODAY + dt.timedelta(days=1), COUNTS, "held_on"),
        (TODAY - dt.timedelta(days=61), COUNTS, "held_on"),
        (TODAY, {**COUNTS, "cancelled": True}, "cancelled"),
        (TODAY, {**NOTHING, "volunteer_minutes": 1}, "cancelled"),
    ],
    ids=["tomorrow", "before it began", "cancelled with people", "cancelled with minutes"],
)
def test_what_cannot_have_been_is_refused_by_field(
    activity: UUID, day: dt.date, counts: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        record(activity, day, counts)
    assert list(refused.value.errors) == [field]
    assert kept() == 0


def test_after_its_last_day_an_activity_is_not_held(activity: UUID) -> None:
    with acting_for(clock([CODE])), transaction():
        queries.activity(activity).ends_on = TODAY - dt.timedelta(days=2)
    with pytest.raises(Invalid):
        record(activity, TODAY)
    record(activity, TODAY - dt.timedelta(days=2))


def test_a_day_is_recorded_once(activity: UUID) -> None:
    record(activity, TODAY)
    with pytest.raises(Conflict) as refused:
        record(activity, TODAY, NOTHING)
    assert int(refused.value.status) == 409
    assert list(refused.value.errors) == ["held_on"]
    assert kept() == 1


def test_a_day_recorded_by_many_at_once_is_recorded_once(app: Flask, activity: UUID) -> None:
    start, became = threading.Barrier(6), []

    def one() -> None:
        with app.app_context():
            start.wait()
            try:
                record(activity, TODAY)
                became.append("done")
            except (Conflict, IntegrityError) as error:  # a page answers 409 to either
                became.append(type(error).__name__)

    threads = [threading.Thread(target=one) for _each in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert became.count("done") == 1, became
    assert len(became) == 6
    assert kept() == 1


def test_a_neighbours_activity_is_not_there(activity: UUID) -> None:
    with pytest.raises(NotFound):
        record(activity, TODAY, code=NEIGHBOUR)


def test_control_postgresql_itself_refuses_people_at_a_cancelled_session(activity: UUID) -> None:
    with pytest.raises(IntegrityError, match="cancelled_counts_nothing"), acting_for(clock([CODE])), transaction():
        db.session.add(
            ActivitySession(
                municipality_code=CODE,
                activity_id=activity,
                held_on=TODAY,
                recorded_at=now(),
                **{**COUNTS, "cancelled": True},
            )
        )


@pytest.mark.parametrize(
    ("change", "field"),
    [({"activity_type": "no_such"}, "activity_type"), ({"ends_on": TODAY - dt.timedelta(days=99)}, "ends_on")],
)
def test_what_cannot_be_started_is_refused_by_field(inside: None, change: dict[str, Any], field: str) -> None:
    given = {"activity_type": "homework_help", "name": "A", "place": "B", "starts_on": TODAY, "ends_on": None, **change}
    with acting_for(clock([CODE])), transaction(), pytest.raises(Invalid) as refused:
        operations.start(CODE, given)
    assert list(refused.value.errors) == [field]


def test_a_public_duty_is_not_an_activity(inside: None) -> None:
    from service.partnership.catalogue.models import ActivityType

    with acting_for(clock([CODE])), transaction():
        kind = db.session.scalars(select(ActivityType).where(ActivityType.side == "statutory").limit(1)).one()
        given = {"activity_type": kind.code, "name": "A", "place": "B", "starts_on": TODAY, "ends_on": None}
        with pytest.raises(Invalid) as refused:
            operations.start(CODE, given)
    assert refused.value.errors == {"activity_type": [kind.reason]}


# Figures against a plain count

MONTH = dt.date(2026, 3, 1)
TYPES = ("homework_help", "language_cafe", "network_family")
SESSION = st.tuples(
    st.sampled_from(TYPES),
    st.integers(0, 1),  # which of two activities of the type
    st.dates(dt.date(2026, 2, 1), dt.date(2026, 4, 30)),
    st.booleans(),
    st.tuples(st.integers(0, 4), st.integers(0, 300), st.integers(0, 6), st.integers(0, 6)),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SESSION, max_size=14, unique_by=lambda each: each[:3]), st.booleans())
def test_figures_are_what_a_plain_count_gives(inside: None, sessions: list[Any], everything: bool) -> None:
    months = months_back(month_after(MONTH), 3)
    level = Level.INTEGRATED if everything else Level.SUPPLEMENTARY
    counted = TYPES if everything else TYPES[:2]
    with acting_for(clock([CODE, NEIGHBOUR])):
        term = scope(dt.date(2026, 1, 1), "prøve", level, starts_on=dt.date(2026, 1, 1))
        assert term.allows(Capability.ALL_GROUPS) == everything
        put_in_force(CODE, term, uuid4())
        known: dict[tuple[str, int], Activity] = {}
        for kind, which, day, cancelled, (volunteers, minutes, adults, children) in sessions:
            for code in (CODE, NEIGHBOUR):  # the neighbour has twice as much of everything, and none of it counts here
                if (code + kind, which) not in known:
                    row = Activity(
                        municipality_code=code, activity_type=kind, name="A", place="B", starts_on=dt.date(2026, 1, 1)
                    )
                    db.session.add(row)
                    db.session.flush()
                    known[code + kind, which] = row
                times = 0 if cancelled else 1 if code == CODE else 2
                hold(
                    known[code + kind, which],
                    day,
                    cancelled=cancelled,
                    volunteers=times * volunteers,
                    volunteer_minutes=times * minutes,
                    adults=times * adults,
                    children=times * children,
                )
        db.session.flush()
        found = {each.month: each for each in totals.figures(CODE, months)}
        db.session.rollback()

    assert list(found) == list(months)
    for month in months:
        held: dict[str, int] = defaultdict(int)
        cancelled_times: dict[str, int] = defaultdict(int)
        people: dict[str, int] = defaultdict(int)
        helpers: dict[str, int] = defaultdict(int)
        minutes_in_all = 0
        for kind, _which, day, cancelled, (volunteers, minutes, adults, children) in sessions:
            if day.replace(day=1) != month or kind not in counted:
                continue
            held[kind] += not cancelled
            cancelled_times[kind] += cancelled
            people[kind] += 0 if cancelled else adults + children
            helpers[kind] += 0 if cancelled else volunteers
            minutes_in_all += 0 if cancelled else minutes
        figures = found[month]
        assert (figures.sessions, figures.cancelled) == (sum(held.values()), sum(cancelled_times.values()))
        hidden = None in disclose(helpers).cells.values()
        assert figures.volunteer_hours == (None if hidden else (minutes_in_all + 30) // 60)
        assert figures.sessions_by_type == held
        assert figures.cancelled_by_type == cancelled_times
        assert (figures.attendances_by_type, figures.attendances) == (disclose(people).cells, disclose(people).total)
        assert (figures.volunteer_attendances_by_type, figures.volunteer_attendances) == (
            disclose(helpers).cells,
            disclose(helpers).total,
        )


def test_a_month_keeps_its_figures_whatever_is_agreed_later(inside: None) -> None:
    with acting_for(clock([CODE])), transaction():
        put_in_force(
            CODE, scope(MONTH, "prøve", Level.INTEGRATED, starts_on=MONTH, ends_on=dt.date(2027, 12, 31)), uuid4()
        )
        row = Activity(municipality_code=CODE, activity_type="network_family", name="A", place="B", starts_on=MONTH)
        db.session.add(row)
        db.session.flush()
        for month in (MONTH, month_after(MONTH)):
            hold(row, month, **COUNTS)
    with acting_for(clock([CODE])), transaction():
        before = totals.figures(CODE, [MONTH])
        later = scope(MONTH, "prøve", Level.TARGETED, starts_on=month_after(MONTH), ends_on=dt.date(2027, 12, 31))
        put_in_force(CODE, later, uuid4())
        db.session.flush()
        assert totals.figures(CODE, [MONTH]) == before
        assert before[0].sessions == 1
        assert totals.figures(CODE, [month_after(MONTH)])[0].sessions == 0, (
            "and the new month counts what the new one agrees on"
        )


def test_a_closed_month_counts_by_the_scope_it_was_closed_under(inside: None) -> None:
    """Else two readings of it, before and after an agreement that holds back in time, would tell what one type counted."""
    before = month_before(MONTH)
    with acting_for(clock([CODE])), transaction():
        put_in_force(CODE, scope(before, "prøve", starts_on=before, ends_on=dt.date(2027, 12, 31)), uuid4())
        for kind in ("homework_help", "network_family"):
            row = Activity(municipality_code=CODE, activity_type=kind, name="A", place="B", starts_on=before)
            db.session.add(row)
            db.session.flush()
            hold(row, MONTH, **COUNTS)
        operations.close(CODE, [before, MONTH])
    with acting_for(clock([CODE])), transaction():
        shown = totals.figures(CODE, [MONTH])
        assert set(shown[0].sessions_by_type) == {"homework_help", "network_family"}
        narrower = scope(MONTH, "prøve", Level.TARGETED, starts_on=MONTH, ends_on=dt.date(2027, 12, 31))
        put_in_force(CODE, narrower, uuid4())
        assert totals.figures(CODE, [MONTH]) == shown
        in_force = totals.included(touching(MONTH, month_after(MONTH), CODE), [MONTH])[MONTH]
        assert len(in_force.of(totals.held(CODE, MONTH, MONTH))) == 1, "the control: by that it has another picture"


def test_a_municipality_is_told_of_closed_months_alone(inside: None) -> None:
    after = month_after(MONTH)
    with acting_for(clock([CODE])), transaction():
        assert totals.last_closed(CODE) is None
        operations.close(CODE, [month_before(MONTH), MONTH])
        assert totals.last_closed(CODE) == MONTH
        months = [month_before(MONTH), MONTH, after]
        told = totals.figures(CODE, months, closed_alone=True)
        assert [each.month for each in told] == months[:2]
        assert [each.month for each in totals.figures(CODE, months)] == months


def test_pairs_and_the_waiting_list_are_as_last_counted_in_the_month_by_each_activity(inside: None) -> None:
    """Sums over sessions would count a pair as often as its group wrote it down."""

    def mentors(name: str) -> Activity:
        row = Activity(municipality_code=CODE, activity_type="mentor", name=name, place="B", starts_on=MONTH)
        db.session.add(row)
        db.session.flush()
        return row

    def of(rows: list[MonthTotals], *names: str) -> list[tuple[Any, ...]]:
        return [tuple(getattr(row, name) for name in names) for row in rows]

    with acting_for(clock([CODE, NEIGHBOUR])), transaction():
        one, other, third = mentors("Den ene"), mentors("Den anden"), mentors("For to kommuner")
        hold(one, MONTH, adults=9, active_matches=8, new_matches=2, ended_matches=1, waiting=7)
        hold(one, MONTH.replace(day=9), adults=9, women=5, men=4, active_matches=12, new_matches=4, ended_matches=0)
        hold(one, MONTH.replace(day=20), adults=9)  # did not say
        hold(other, MONTH.replace(day=5), children=6, new_faces=2, active_matches=10)
        hold(other, MONTH.replace(day=12), children=6, active_matches=20, new_faces=2)
        shared = {"adults": 8, "women": 8, "men": 0, "new_faces": 8, "waiting": 4, "serves": [NEIGHBOUR]}
        hold(third, MONTH.replace(day=2), **shared, active_matches=30, new_matches=6, ended_matches=4)
        hold(third, MONTH.replace(day=3), **shared, active_matches=40, new_matches=6, ended_matches=4)
        hold(one, month_after(MONTH), cancelled=True)
    stock = ("active_matches", "waiting")
    flows = ("new_matches", "ended_matches", "adults", "children", "women", "men", "new_faces")
    with acting_for(clock([CODE])), transaction():
        held = totals.held(CODE, MONTH, month_after(MONTH))
        assert of(held, *stock) == [(12 + 20, 7), (None, None)]
        assert of(held, *flows) == [(6, 1, 27 + 8, 12, 5, 4, 4), (None, None, 0, 0, None, None, 0)]
    with acting_for(clock([NEIGHBOUR])), transaction():
        held = totals.held(NEIGHBOUR, MONTH, MONTH)
        assert of(held, *stock, *flows) == [(None, None, None, None, 8, 0, None, None, 0)], (
            "its part of them follows the participants, and would tell how many came from elsewhere"
        )
    with acting_for(clock([CODE])), transaction():
        held = totals.held_nationally(MONTH, MONTH)
        assert of(held, *stock) == [(12 + 20 + 40, 7 + 4)]
        assert of(held, *flows) == [(18, 9, 27 + 16, 12, 21, 4, 20)]


@pytest.mark.parametrize("opens", [True, False])
def test_a_waiting_list_is_shown_where_the_agreement_opens_it(inside: None, opens: bool) -> None:
    with acting_for(clock([CODE])), transaction():
        wanted = scope(MONTH, "prøve", Level.INTEGRATED, starts_on=MONTH)
        left = wanted.capabilities if opens else wanted.capabilities - {Capability.CAPACITY}
        put_in_force(CODE, replace(wanted, capabilities=left), uuid4())
        row = Activity(municipality_code=CODE, activity_type="mentor", name="A", place="B", starts_on=MONTH)
        db.session.add(row)
        db.session.flush()
        hold(row, MONTH, adults=9, active_matches=8, waiting=7)
        who = totals.figures(CODE, [MONTH])[0].who
        assert who["active_matches"] == 8
        assert who.get("waiting") == (7 if opens else None)
        assert ("waiting" in who) is opens


def test_a_closed_month_keeps_who_came_and_one_closed_before_that_was_kept_shows_nobody(inside: None) -> None:
    with acting_for(clock([CODE])), transaction():
        put_in_force(CODE, scope(MONTH, "prøve", Level.INTEGRATED, starts_on=MONTH), uuid4())
        row = Activity(municipality_code=CODE, activity_type="mentor", name="A", place="B", starts_on=MONTH)
        db.session.add(row)
        db.session.flush()
        hold(row, MONTH, adults=9, active_matches=8)
        operations.close(CODE, [MONTH])
        hold(row, MONTH.replace(day=9), adults=4, active_matches=10)
        assert totals.figures(CODE, [MONTH])[0].who == {
            "adults": 9,
            "children": 0,
            "new_faces": 0,
            "active_matches": 8,
            "new_matches": 0,
            "ended_matches": 0,
        }
        earlier = {"activity_type": "mentor", "sessions": 1, "attendances": 9, "active_matches": 80}
        values = {"municipality_code": CODE, "id": uuid4(), "month": month_after(MONTH), "closed_at": now()}
        db.session.add(ClosedMonth(**values, counted=[earlier]))
        db.session.flush()
        figures = totals.figures(CODE, [month_after(MONTH)])[0]
        assert (figures.attendances, figures.who) == (9, {})


# Recorded by mistake


def test_a_mistake_is_removed(inside: None) -> None:
    with acting_for(clock([CODE])), transaction():
        row = Activity(municipality_code=CODE, activity_type="language_cafe", name="A", place="B", starts_on=MONTH)
        db.session.add(row)
        db.session.flush()
        sent = {"cancelled": False, "volunteers": 2, "adults": 6}
        wrong, right = (
            operations.record(row.id, sent | {"held_on": MONTH + dt.timedelta(days=day)}).id for day in (0, 7)
        )
        operations.remove(wrong)
        assert [each.id for each in db.session.scalars(queries.sessions(CODE, row.id))] == [right]
        assert not queries.parts_of([wrong])[wrong]
        with pytest.raises(NotFound):
            operations.remove(wrong)


def test_a_session_that_tells_nothing_is_not_recorded(app: Flask, world: World) -> None:
    consultant = askers(app, world)[CONSULTANT]
    address = f"/kommuner/{HERE}/aktiviteter/{world.here.activity}"
    day = {"held_on": f"{world.month + dt.timedelta(days=3):%d-%m-%Y}"}
    refused = consultant.ask("POST", address, day)
    assert refused.status_code == 422
    assert 'href="#volunteers"' in refused.text
    for ago, told in ((1, {"cancelled": "1"}), (0, {"volunteers": "2"})):
        day = {"held_on": f"{TODAY - dt.timedelta(days=ago):%d-%m-%Y}"}
        assert consultant.ask("POST", address, day | told).status_code == 302, told
    found = re.findall(rf"/kommuner/{HERE}/gange/([0-9a-f-]+)", consultant.ask("GET", address).text)
    assert consultant.ask("POST", f"/kommuner/{HERE}/gange/{found[0]}/fjern").status_code == 302
    assert found[0] not in consultant.ask("GET", address).text


def test_the_day_that_is_proposed_is_the_last_planned_one_that_is_not_recorded(app: Flask, world: World) -> None:
    consultant = askers(app, world)[CONSULTANT]
    with app.app_context(), acting_for(clock([HERE])), transaction():
        first = TODAY - dt.timedelta(days=15)
        facts = {"name": "Ugecafé", "place": "Huset", "activity_type": "language_cafe"}
        weekly = {"rule": f"FREQ=WEEKLY;BYDAY={WEEKDAYS[TODAY.weekday()]}", "starts": None, "minutes": 90}
        plain = {"without_holidays": False, "without_breaks": False, "extra": (), "left_out": (), "valid_from": None}
        schedule = weekly | plain | {"recount": False}
        key = operations.start(HERE, facts | {"starts_on": first, "ends_on": None, "schedule": schedule}).id
    address = f"/kommuner/{HERE}/aktiviteter/{key}"
    for weeks in range(3):
        day = f"{TODAY - dt.timedelta(weeks=weeks):%d-%m-%Y}"
        assert f'value="{day}"' in consultant.ask("GET", address).text
        assert consultant.ask("POST", address, {"held_on": day, "volunteers": "2", "adults": "6"}).status_code == 302
    page = consultant.ask("GET", address).text
    assert not re.search(r'id="held_on"[^>]*value="[0-9]', page), "all is recorded"
