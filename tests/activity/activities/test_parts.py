"""A session that serves several municipalities: each has its part, the parts are the whole, and nobody sees another's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from config.embedded import Servers
from service.activity.activities import operations, queries, telling, totals
from service.activity.activities.models import ActivitySession, ClosedMonth, SessionPart
from service.activity.activities.rules import COUNTS, Counts, adds_up, apportion, of_people, parts_of
from service.desk.municipality_view.queries import held as held_by_group
from service.network.networks import operations as networks
from service.platform.web.errors import Invalid, NotFound
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_before
from tenants.database import db, now, transaction
from tenants.periods import put_in_force
from tenants.reach import Office, Reach, clock
from tenants.register import all_codes
from tests.support.telling import tell
from tests.support.world import group_of, scope

HOME, OTHER, THIRD, OUTSIDE = "0580", "0550", "0540", "0101"
TODAY = day_of(now())
MONTH = month_before(first_of(TODAY))
CODE = st.sampled_from(("0101", "0147", "0540", "0550", "0580", "0860"))
CODES = st.sets(CODE, min_size=1)
OUTSIDE_ALL = "0751"


def whole(draw: Callable[..., Any], counted: Mapping[str, tuple[int, int]] | None) -> Counts:
    """Counts that can have been."""
    some = st.integers(0, 40)
    adults, children = (
        (sum(pair[0] for pair in counted.values()), sum(pair[1] for pair in counted.values()))
        if counted
        else (draw(some), draw(some))
    )
    asks = draw(st.booleans())
    women = draw(st.integers(0, adults)) if asks else None
    men = draw(st.integers(0, adults - (women or 0))) if asks else None
    matches = draw(st.booleans())
    active = draw(some) if matches else None
    return Counts(
        volunteers=draw(some),
        volunteer_minutes=draw(st.integers(0, 3000)),
        adults=adults,
        children=children,
        women=women,
        men=men,
        new_faces=draw(st.integers(0, adults + children)),
        active_matches=active,
        new_matches=draw(st.integers(0, active)) if active is not None else None,
        ended_matches=draw(some) if matches else None,
        waiting=draw(st.none() | some),
    )


@st.composite
def sessions(draw: Callable[..., Any]) -> tuple[Counts, frozenset[str], dict[str, tuple[int, int]] | None]:
    codes = draw(CODES)
    pair = st.tuples(st.integers(0, 12), st.integers(0, 12))
    counted = draw(st.none() | st.fixed_dictionaries(dict.fromkeys(codes, pair)))
    counted = counted if counted and any(map(any, counted.values())) else None
    return whole(draw, counted), frozenset(codes), counted


@given(st.integers(0, 300_000), st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 50), min_size=1))
def test_whole_numbers_in_proportion_sum_to_the_whole(count: int, weights: dict[str, int]) -> None:
    parts = apportion(count, weights)
    assert parts.keys() == weights.keys()
    assert sum(parts.values()) == count
    total = sum(weights.values()) or len(weights)
    for name, part in parts.items():
        weight = weights[name] if any(weights.values()) else 1
        assert count * weight // total <= part <= -(-count * weight // total), "no part is more than one from its due"
        assert count > sum(weights.values()) or part <= weights[name] or not any(weights.values())


def test_what_is_left_over_goes_to_the_largest_remainders_and_then_by_code() -> None:
    assert apportion(10, {"0550": 1, "0580": 1, "0540": 1}) == {"0540": 4, "0550": 3, "0580": 3}
    assert apportion(7, {"0540": 1, "0550": 5}) == {"0540": 1, "0550": 6}
    assert apportion(0, {"0540": 0, "0550": 0}) == {"0540": 0, "0550": 0}
    assert apportion(3, {"0540": 0, "0550": 0}) == {"0540": 2, "0550": 1}


@given(st.dictionaries(CODE, st.integers(0, 40), min_size=1), st.integers(0, 60), st.integers(0, 60))
def test_participants_by_municipality_are_the_sessions_or_do_not_add_up(
    people: dict[str, int], adults: int, children: int
) -> None:
    """Counted together, they are adults and children in proportion; where they come to another number it is told."""
    whole = Counts(adults=adults, children=children)
    found = of_people(adults, people)
    assert {code: sum(pair) for code, pair in found.items()} == people
    same = sum(people.values()) == adults + children
    assert adds_up(found, whole, people) is same
    if same:
        assert all(min(pair) >= 0 for pair in found.values())
        parts = parts_of(whole, people, found)
        assert (
            any(people.values()) is False
            or {code: (part.adults, part.children) for code, part in parts.items()} == found
        )
    assert not adds_up({**found, OUTSIDE_ALL: (0, 0)}, whole, people), "one that the session did not serve"


@given(sessions())
def test_the_parts_are_the_whole(session: tuple[Counts, frozenset[str], dict[str, tuple[int, int]] | None]) -> None:
    counts, codes, counted = session
    parts = parts_of(counts, codes, counted)
    assert parts.keys() == codes
    for name in COUNTS:
        values = [getattr(part, name) for part in parts.values()]
        if getattr(counts, name) is None:
            assert values == [None] * len(codes), name
        else:
            assert sum(values) == getattr(counts, name), name
    for code, part in parts.items():
        assert all(value is None or value >= 0 for value in asdict(part).values())
        assert (part.women or 0) + (part.men or 0) <= part.adults
        assert part.new_faces <= part.adults + part.children
        assert (part.new_matches or 0) <= (part.active_matches or 0)
        if counted:
            assert (part.adults, part.children) == counted[code]


@given(sessions(), st.integers(1, 50))
def test_volunteers_tell_nothing_of_where_participants_came_from(
    session: tuple[Counts, frozenset[str], dict[str, tuple[int, int]] | None], more: int
) -> None:
    """Else who knows the volunteers of the group could work out the neighbour's participants from one's own part."""
    counts, codes, counted = session
    if not counted:
        return
    first = min(codes)
    other = {**counted, first: (counted[first][0] + more, counted[first][1])}
    changed = Counts(**{**asdict(counts), "adults": counts.adults + more})
    before, after = parts_of(counts, codes, counted), parts_of(changed, codes, other)
    for code in codes:
        assert before[code].volunteers == after[code].volunteers
        assert before[code].volunteer_minutes == after[code].volunteer_minutes


# In the database


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def activity(inside: None) -> UUID:
    """A language café at HOME, of a group that serves two more, and which serves them both."""
    with acting_for(clock()), transaction():
        every = all_codes()
    with acting_for(clock(every)), transaction():
        group = networks.create(group_of("Broen", HOME, OTHER, THIRD))
        for code in (HOME, OTHER, THIRD):
            put_in_force(code, scope(MONTH, "prøve", starts_on=dt.date(MONTH.year - 1, 1, 1)), uuid4())
        row = operations.start(
            HOME,
            {
                "activity_type": "language_cafe",
                "group_id": group.id,
                "name": "Café",
                "place": "Huset",
                "starts_on": MONTH - dt.timedelta(days=400),
                "ends_on": None,
            },
        )
        operations.set_counting(row.id, [OTHER, THIRD], asks_women_men=True)
        return row.id


def record(activity: UUID, day: dt.date = MONTH, **counts: Any) -> UUID:
    with acting_for(clock([HOME])), transaction():
        return operations.record(activity, {"held_on": day, "cancelled": False, **counts}).id


def parts(code: str, office: Office = Office.MUNICIPALITY) -> list[tuple[str, int, int, int]]:
    """What a municipality's own people find, whatever they ask for."""
    with acting_for(Reach(office, frozenset({code}))), transaction():
        rows = db.session.scalars(select(SessionPart).order_by(SessionPart.municipality_code, SessionPart.held_on))
        return [(row.municipality_code, row.adults, row.children, row.volunteers) for row in rows]


def test_counted_by_municipality_or_in_equal_parts(activity: UUID) -> None:
    rows = [
        {"municipality_code": HOME, "adults": 6, "children": 1},
        {"municipality_code": OTHER, "adults": 2, "children": 0},
        {"municipality_code": THIRD, "adults": 0, "children": 0},
    ]
    key = record(activity, volunteers=5, minutes=120, municipalities=rows)
    assert [parts(code) for code in (HOME, OTHER, THIRD)] == [[(HOME, 6, 1, 1)], [(OTHER, 2, 0, 2)], [(THIRD, 0, 0, 2)]]
    with acting_for(clock([HOME])), transaction():
        assert queries.session(key).volunteer_minutes == 600, "all volunteers for as long as it lasted"
        operations.change(key, {"held_on": MONTH, "cancelled": False, "volunteers": 5, "adults": 8, "children": 1})
    assert [parts(code) for code in (HOME, OTHER, THIRD)] == [[(HOME, 2, 1, 1)], [(OTHER, 3, 0, 2)], [(THIRD, 3, 0, 2)]]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"adults": 4, "municipalities": [{"municipality_code": HOME, "adults": 3, "children": 0}]}, "municipalities"),
        ({"municipalities": [{"municipality_code": OUTSIDE, "adults": 3, "children": 0}]}, "municipalities"),
        ({"adults": 4, "women": 3, "men": 2}, "women"),
        ({"adults": 4, "women": 5}, "women"),
        ({"adults": 4, "men": 5}, "women"),
        ({"adults": 4, "new_faces": 5}, "new_faces"),
        ({"active_matches": 1}, "active_matches"),
        ({"volunteers": 500, "minutes": 1440}, "volunteer_minutes"),
        ({"cancelled_why": "weather"}, "cancelled_why"),
        ({"cancelled": True, "cancelled_text": "ring til mig på 22 34 56 78"}, "cancelled_text"),
        ({"cancelled": True, "waiting": 3}, "cancelled"),
    ],
)
def test_what_cannot_have_been_counted_is_refused_by_field(activity: UUID, sent: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        record(activity, **sent)
    assert list(refused.value.errors) == [field]


def test_women_and_men_are_counted_where_the_activity_asks(activity: UUID) -> None:
    before = record(activity, adults=9, men=4)
    with acting_for(clock([HOME])), transaction():
        operations.set_counting(activity, [], asks_women_men=False)
    for counted in ({"women": 5, "men": 4}, {"women": 5}, {"men": 4}, {"women": 0}):
        with pytest.raises(Invalid) as refused:
            record(activity, MONTH + dt.timedelta(days=1), adults=9, **counted)
        assert list(refused.value.errors) == ["women"], counted
    with acting_for(clock([HOME])), transaction():
        changed = {"held_on": MONTH, "cancelled": False, "adults": 9, "men": 3}
        assert operations.change(before, changed).men == 3, "one of the two was counted then: it stays"


def test_an_activity_serves_only_where_its_group_works(activity: UUID) -> None:
    for codes in ([OUTSIDE], [HOME]):
        with acting_for(clock([HOME])), transaction(), pytest.raises(Invalid):
            operations.set_counting(activity, codes, asks_women_men=False)


def test_a_session_keeps_the_municipalities_it_served(activity: UUID) -> None:
    """What is chosen later holds for later sessions: an edit of this one is apportioned as it was."""
    key = record(activity, adults=9)
    with acting_for(clock([HOME])), transaction():
        operations.set_counting(activity, [], asks_women_men=False)
    with acting_for(clock([HOME])), transaction():
        operations.change(key, {"held_on": MONTH, "cancelled": False, "adults": 12})
    record(activity, MONTH + dt.timedelta(days=1), adults=5)
    assert [parts(code) for code in (HOME, OTHER)] == [[(HOME, 4, 0, 0), (HOME, 5, 0, 0)], [(OTHER, 4, 0, 0)]]


def test_a_neighbour_learns_nothing_of_the_others(activity: UUID, place: Servers) -> None:
    """In plain SQL, with every table asked for: its own part, which names nobody, and no session whole, not even at home."""
    record(activity, adults=9, volunteers=3)
    with psycopg.connect(place.database_url.replace("+psycopg", "")) as connection:
        for code in (HOME, OTHER):
            tell(connection, "municipality", code)
            found = connection.execute("SELECT row_to_json(p)::text FROM session_parts p").fetchall()
            assert len(found) == 1
            others = {HOME, OTHER, THIRD} - {code}
            assert not [each for each in others if f'"{each}"' in found[0][0]]
            assert connection.execute("SELECT count(*) FROM sessions").fetchone() == (0,)
            assert connection.execute("SELECT count(*) FROM also_serves").fetchone() == (0,)
            assert connection.execute("UPDATE session_parts SET adults = 99").rowcount == 0
        assert connection.execute("SELECT activity_id FROM session_parts").fetchone() == (None,), (
            "nor whose activity it was"
        )
        connection.rollback()
        tell(connection, "clock", HOME)
        assert connection.execute("SELECT count(*) FROM session_parts").fetchone() == (3,), (
            "the control: there are three"
        )


def test_another_territory_cannot_change_a_session_that_served_its_municipality(activity: UUID) -> None:
    key = record(activity, adults=9)
    with acting_for(Reach(Office.DRC, frozenset({OTHER}))), transaction(), pytest.raises(NotFound):
        operations.change(key, {"held_on": MONTH, "cancelled": True})


def test_each_has_the_session_and_the_country_has_it_once(activity: UUID) -> None:
    record(activity, adults=15, children=6, volunteers=3, volunteer_minutes=360, new_faces=4)
    record(activity, MONTH + dt.timedelta(days=7), cancelled=True, cancelled_why="weather")
    for code in (HOME, OTHER, THIRD):
        with acting_for(clock([code])), transaction():
            (row,) = totals.held(code, MONTH, MONTH)
            assert (row.sessions, row.cancelled, row.shared, row.attendances, row.volunteer_minutes) == (
                1,
                1,
                1,
                7,
                120,
            )
            figures = totals.figures(code, [MONTH])[0]
            assert (figures.sessions, figures.shared, figures.attendances) == (1, 1, 7)
            assert figures.volunteer_attendances is None, "a part of 1 is a small count"
    with acting_for(clock([OUTSIDE])), transaction():
        (row,) = totals.held_nationally(MONTH, MONTH)
        assert (row.sessions, row.cancelled, row.shared, row.attendances, row.volunteer_minutes) == (1, 1, 1, 21, 360)


def test_a_group_is_seen_to_have_held_it_in_each(activity: UUID) -> None:
    record(activity, adults=9)
    with acting_for(clock([OTHER])), transaction():
        group_id = db.session.scalars(select(SessionPart.group_id)).first()
        assert group_id is not None
        assert held_by_group(OTHER, group_id, [MONTH]) == [1]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_in_any_order_of_edits_the_parts_are_the_sessions(activity: UUID, data: st.DataObject) -> None:
    """Record, change and change again, with other municipalities served in between; then count both ways."""
    with acting_for(clock([HOME])):
        known: list[UUID] = []
        for _step in range(data.draw(st.integers(1, 6))):
            served = data.draw(st.sets(st.sampled_from((OTHER, THIRD))))
            operations.set_counting(activity, served, asks_women_men=True)
            again = data.draw(st.sampled_from([None, *known]))
            row = queries.session(again) if again else None
            codes = [HOME, *row.serves] if row else [HOME, *sorted(served)]
            pair = st.tuples(st.integers(0, 9), st.integers(0, 9))
            counted = data.draw(st.none() | st.fixed_dictionaries(dict.fromkeys(codes, pair)))
            counted = counted if counted and any(map(any, counted.values())) else None
            counts = whole(data.draw, counted)
            given_now = {name: value for name, value in asdict(counts).items() if not name.endswith("_matches")}
            given_now |= {"cancelled": False, "held_on": row.held_on if row else MONTH + dt.timedelta(days=len(known))}
            given_now["municipalities"] = [
                {"municipality_code": code, "adults": pair[0], "children": pair[1]}
                for code, pair in (counted or {}).items()
            ]
            if again:
                operations.change(again, given_now)
            else:
                known.append(operations.record(activity, given_now).id)
        sums = [func.coalesce(func.sum(getattr(ActivitySession, name)), 0) for name in COUNTS]
        of_parts = [func.coalesce(func.sum(getattr(SessionPart, name)), 0) for name in COUNTS]
        assert db.session.execute(select(*sums)).one() == db.session.execute(select(*of_parts)).one()
        times = select(func.count()).select_from(SessionPart).where(SessionPart.home)
        assert (
            db.session.scalar(times) == len(known) == sum(row.sessions for row in totals.held_nationally(MONTH, MONTH))
        )
        for key, rows in queries.parts_of(known).items():
            assert {part.municipality_code for part in rows} == {HOME, *queries.session(key).serves}
        db.session.rollback()


# Closed months


def test_a_closed_month_is_kept_and_what_comes_later_is_marked_late(activity: UUID) -> None:
    helped: dict[str, Any] = {
        "volunteers": 60,
        "volunteer_minutes": 7200,
    }  # 20 in each: more sessions hide none of them
    first = record(activity, adults=30, **helped)
    with acting_for(clock([HOME])), transaction():
        operations.close(HOME, [month_before(MONTH), MONTH])
        operations.close(HOME, [month_before(MONTH), MONTH])  # harmless to repeat
        assert db.session.scalar(select(func.count()).select_from(ClosedMonth)) == 2
        before = totals.figures(HOME, [MONTH])
        assert queries.late([queries.session(first)]) == set()
    late = record(activity, MONTH + dt.timedelta(days=1), adults=3)
    with acting_for(clock([HOME])), transaction():
        operations.change(first, {"held_on": MONTH, "cancelled": False, "adults": 33, **helped})
    with acting_for(clock([HOME])), transaction():
        telling.tell_owed(HOME)
        (again,) = totals.figures(HOME, [MONTH])
        once = replace(again, sessions=1, shared=1, sessions_by_type=before[0].sessions_by_type, followed=())
        assert [once] == before, "2 participants more"
        assert queries.late([queries.session(key) for key in (first, late)]) == {first, late}
    with acting_for(clock([OTHER])), transaction():
        assert totals.held(OTHER, MONTH, MONTH)[0].attendances == 12, "the neighbour's month is open"
        assert totals.held_nationally(MONTH, MONTH)[0].attendances == 36, "and all of it is kept"
