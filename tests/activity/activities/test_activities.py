"""Activities are started, changed and ended as DRC decides; when they meet follows from what holds on each day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from service.activity.activities import operations, planning, queries
from service.activity.activities.coverage import Coverage, standing
from service.network.networks import operations as networks
from service.partnership.catalogue.queries import kinds
from service.platform.web.errors import Invalid, NotFound
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.world import HERE, THERE, World, group_of, scope
from tests.walls.ways import CONSULTANT, MANAGER, Asker, askers

TODAY = day_of(now())
CODE = "0580"
FIRST = dt.date(2026, 1, 6)  # a Tuesday
SCHEDULE: dict[str, Any] = {
    "rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
    "starts": dt.time(16),
    "minutes": 90,
    "without_holidays": False,
    "without_breaks": False,
    "extra": (),
    "left_out": (),
    "valid_from": None,
    "recount": False,
}
FACTS: dict[str, Any] = {
    "name": "Café",
    "place": "Huset",
    "group_id": None,
    "address": "",
    "target_group": "",
    "languages": "",
    "partners": "",
    "seats": None,
    "children_under_15": False,
}


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context(), acting_for(clock([CODE])), transaction():
        yield


def begun(**changes: Any) -> UUID:
    given = {**FACTS, "activity_type": "mentor", "starts_on": FIRST, "ends_on": None, "schedule": SCHEDULE}
    return operations.start(CODE, given | changes).id


def days(activity: UUID, first: dt.date = FIRST, after: dt.date = dt.date(2026, 3, 1)) -> list[dt.date]:
    return [time.day for time in queries.planned(CODE, [activity], first, after)[activity]]


def test_what_is_planned_follows_the_schedule_that_held(inside: None) -> None:
    """Changed from 1 February: what was planned before stays, every other week goes on as it was, and the time is the new one."""
    activity = begun()
    later = {**SCHEDULE, "starts": dt.time(17), "valid_from": dt.date(2026, 2, 1)}
    planning.change(activity, {**FACTS, "schedule": later})
    found = queries.planned(CODE, None, FIRST, dt.date(2026, 3, 1))[activity]
    assert [(time.day.isoformat(), time.starts and time.starts.hour) for time in found] == [
        ("2026-01-06", 16),
        ("2026-01-20", 16),
        ("2026-02-03", 17),
        ("2026-02-17", 17),
    ]


def test_counted_anew_it_is_the_other_weeks(inside: None) -> None:
    activity = begun()
    planning.change(activity, {**FACTS, "schedule": {**SCHEDULE, "valid_from": dt.date(2026, 1, 26), "recount": True}})
    assert [day.day for day in days(activity)] == [6, 20, 27, 10, 24]


def test_a_change_in_the_past_takes_the_place_of_what_came_after(inside: None) -> None:
    activity = begun()
    for day, rule in ((dt.date(2026, 2, 1), "FREQ=WEEKLY;BYDAY=WE"), (dt.date(2026, 1, 7), "FREQ=WEEKLY;BYDAY=FR")):
        planning.change(activity, {**FACTS, "schedule": {**SCHEDULE, "rule": rule, "valid_from": day}})
    assert {day.weekday() for day in days(activity)} == {1, 4}
    assert len(queries.stored_schedules(queries.activity(activity))) == 2


def test_the_same_again_keeps_one_row(inside: None) -> None:
    activity = begun()
    for _each in range(2):
        planning.change(activity, {**FACTS, "schedule": {**SCHEDULE, "valid_from": dt.date(2026, 2, 1)}})
    assert len(queries.stored_schedules(queries.activity(activity))) == 1


def test_holidays_and_breaks_are_left_out_by_choice(inside: None) -> None:
    weekly = {**SCHEDULE, "rule": "FREQ=WEEKLY;BYDAY=TU,TH"}
    every = begun(schedule=weekly)
    without = begun(schedule={**weekly, "without_holidays": True, "without_breaks": True})
    span = (FIRST, dt.date(2026, 7, 1))
    left_out = set(days(every, *span)) - set(days(without, *span))
    assert dt.date(2026, 2, 10) in left_out  # week 7
    assert dt.date(2026, 5, 14) in left_out  # Ascension Day
    assert dt.date(2026, 2, 17) not in left_out


def test_an_activity_ends_and_goes_on(inside: None) -> None:
    activity = begun()
    planning.end(activity, dt.date(2026, 1, 19))
    assert days(activity) == [FIRST]
    assert queries.planned(CODE, None, dt.date(2026, 2, 1), dt.date(2026, 3, 1)) == {}
    planning.end(activity, None)
    assert len(days(activity)) == 4
    with pytest.raises(Invalid):
        planning.end(activity, FIRST - dt.timedelta(days=1))
    operations.record(
        activity,
        {"held_on": FIRST, "cancelled": False, "volunteers": 1, "volunteer_minutes": 60, "adults": 6, "children": 0},
    )
    planning.end(activity, FIRST)
    with pytest.raises(Invalid):
        planning.change(activity, {**FACTS, "schedule": {**SCHEDULE, "valid_from": dt.date(2026, 2, 1)}})


# Begun as something else, or on another day


def held(activity: UUID, day: dt.date) -> None:
    operations.record(activity, {"held_on": day, "cancelled": False, "volunteers": 1, "adults": 6, "children": 0})


def test_the_type_is_another_until_something_is_recorded(inside: None) -> None:
    activity = begun()
    planning.change(activity, {**FACTS, "schedule": None, "activity_type": "homework_help"})
    assert queries.activity(activity).activity_type == "homework_help"
    assert queries.activity(activity).children_under_15, "what is for children meets children"
    for wrong in ("danish_education", "unknown"):
        with pytest.raises(Invalid) as refused:
            planning.change(activity, {**FACTS, "schedule": None, "activity_type": wrong})
        assert list(refused.value.errors) == ["activity_type"]
    held(activity, FIRST)
    with pytest.raises(Invalid) as refused:
        planning.change(activity, {**FACTS, "schedule": None, "activity_type": "mentor"})
    assert list(refused.value.errors) == ["activity_type"]
    planning.change(activity, {**FACTS, "schedule": None, "activity_type": "homework_help"})
    planning.change(activity, {**FACTS, "schedule": None})
    assert queries.activity(activity).activity_type == "homework_help", "left out it stays"


def test_the_database_holds_the_type_to_what_is_counted(inside: None) -> None:
    """Where a session is recorded at the same moment, the rule alone would come too late."""
    activity = begun()
    held(activity, FIRST)
    with db.session.begin_nested() as tried:
        queries.activity(activity).activity_type = "homework_help"
        with pytest.raises(IntegrityError):
            db.session.flush()
        tried.rollback()


def test_the_first_day_is_moved_and_what_is_planned_along(inside: None) -> None:
    activity = begun()
    was = days(activity)
    for weeks in (-4, -1, 0):
        earlier = FIRST + dt.timedelta(weeks=weeks)
        planning.change(activity, {**FACTS, "schedule": None, "starts_on": earlier})
        found = days(activity, earlier - dt.timedelta(days=60))
        assert min(found) >= earlier
        assert [day for day in found if day >= FIRST] == was, "every other week goes on as it was"
        assert len(found) == len(was) + (2 if weeks == -4 else 0)
    planning.change(activity, {**FACTS, "schedule": {**SCHEDULE, "starts": dt.time(17), "valid_from": was[2]}})
    planning.change(activity, {**FACTS, "schedule": None, "starts_on": was[1]})
    assert days(activity) == was[1:]
    planning.change(activity, {**FACTS, "schedule": None, "starts_on": was[3]})
    assert days(activity) == was[3:]
    assert len(queries.stored_schedules(queries.activity(activity))) == 1, "what would hold before is gone"


def test_a_schedule_sent_with_another_first_day_moves_along(inside: None) -> None:
    activity = begun(starts_on=dt.date(2026, 2, 3))
    weekly = {**SCHEDULE, "rule": "FREQ=WEEKLY;BYDAY=TU", "valid_from": dt.date(2026, 2, 3)}
    given = {**FACTS, "schedule": weekly, "starts_on": dt.date(2026, 2, 10)}
    before = days(activity)
    assert planning.preview(CODE, given, queries.activity(activity))
    assert (days(activity), queries.activity(activity).starts_on.day) == (before, 3), "nothing is kept of a preview"
    planning.change(activity, given)
    assert [day.day for day in days(activity)] == [10, 17, 24]


def test_the_first_day_is_no_later_than_what_is_recorded_or_the_last_day(inside: None) -> None:
    activity = begun(ends_on=dt.date(2026, 3, 1))
    with pytest.raises(Invalid) as refused:
        planning.change(activity, {**FACTS, "schedule": None, "starts_on": dt.date(2026, 3, 2)})
    assert list(refused.value.errors) == ["starts_on"]
    held(activity, FIRST + dt.timedelta(days=14))
    planning.change(activity, {**FACTS, "schedule": None, "starts_on": FIRST + dt.timedelta(days=14)})
    with pytest.raises(Invalid) as refused:
        planning.change(activity, {**FACTS, "schedule": None, "starts_on": FIRST + dt.timedelta(days=15)})
    assert list(refused.value.errors) == ["starts_on"]
    assert queries.activity(activity).starts_on == FIRST + dt.timedelta(days=14)


def test_the_form_offers_another_type_while_none_is_recorded(app: Flask, world: World) -> None:
    consultant = askers(app, world)[CONSULTANT]
    with app.app_context(), acting_for(clock([HERE])), transaction():
        fresh = begun(schedule=None)
    address = f"/kommuner/{HERE}/aktiviteter"
    form = {
        "name": "Omdøbt",
        "place": "Huset",
        "activity_type": "homework_help",
        "starts_on": "05-01-2026",
        "every": "1",
    }
    assert '<select class="form-select" id="activity_type"' in consultant.ask("GET", f"{address}/{fresh}/ret").text
    assert consultant.save(f"{address}/{fresh}/ret", form).status_code == 302
    page = consultant.ask("GET", f"{address}/{fresh}").text
    assert "Lektiehjælp" in page
    assert "5. januar 2026" in page
    fixed = f"{address}/{world.here.activity}/ret"
    assert '<select class="form-select" id="activity_type"' not in consultant.ask("GET", fixed).text
    refused = consultant.save(fixed, form | {"activity_type": "mentor"})
    assert refused.status_code == 422
    assert "Der er registreret gange af denne type" in refused.text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"activity_type": "danish_education"}, "activity_type"),
        ({"activity_type": "unknown"}, "activity_type"),
        ({"ends_on": FIRST - dt.timedelta(days=1)}, "ends_on"),
        ({"schedule": {**SCHEDULE, "valid_from": FIRST - dt.timedelta(days=1)}}, "valid_from"),
    ],
)
def test_what_cannot_be_is_refused_by_field(inside: None, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        begun(**change)
    assert list(refused.value.errors) == [field]


def test_a_group_serves_the_municipality_or_does_not_run_anything_there(app: Flask) -> None:
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        here, there = (networks.create(group_of(name, code)).id for name, code in (("Her", HERE), ("Der", THERE)))
        assert begun(group_id=here)
        with pytest.raises(Invalid) as refused:
            begun(group_id=there)
        assert list(refused.value.errors) == ["group_id"]


def test_what_is_for_children_meets_children(inside: None) -> None:
    assert queries.activity(begun(activity_type="homework_help")).children_under_15
    assert not queries.activity(begun()).children_under_15


def test_agreed_is_what_the_scope_says_that_day(inside: None) -> None:
    agreed, known = scope(TODAY, "x"), kinds()
    assert standing(known["homework_help"], agreed, TODAY) is Coverage.AGREED
    assert standing(known["homework_help"], agreed, agreed.ends_on + dt.timedelta(days=1)) is Coverage.BESIDE
    assert standing(known["mentor"], agreed, TODAY) is Coverage.BESIDE
    assert standing(known["homework_help"], None, TODAY) is Coverage.BESIDE
    assert standing(known["language_cafe"], agreed, TODAY) is Coverage.AGREED
    bare = replace(agreed, activities=tuple(replace(each, distinction=None) for each in agreed.activities))
    assert standing(known["language_cafe"], bare, TODAY) is Coverage.UNDISTINGUISHED


def test_a_neighbours_activity_is_not_changed(app: Flask, world: World) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        for act in (
            lambda: planning.change(world.there.activity, {**FACTS, "schedule": None}),
            lambda: planning.end(world.there.activity, TODAY),
        ):
            with pytest.raises(NotFound):
                act()


def test_the_form_shows_before_it_saves(app: Flask, world: World) -> None:
    people: dict[str, Asker] = askers(app, world)
    form = {
        "activity_type": "homework_help",
        "name": "Nyt hold",
        "place": "Huset",
        "starts_on": "06-01-2026",
        "repeats": "weekday",
        "days-we": "1",
        "nths-first": "1",
        "nths-last": "1",
        "every": "1",
        "starts": "19.00",
        "minutes": "120",
    }
    shown = people[CONSULTANT].ask("POST", f"/kommuner/{HERE}/aktiviteter", {**form, "action": "preview"})
    assert shown.status_code == 200
    assert shown.text.count("kl. 19.00–21.00") == 5
    assert "Nyt hold" not in people[CONSULTANT].ask("GET", f"/kommuner/{HERE}/aktiviteter").text
    saved = people[CONSULTANT].ask("POST", f"/kommuner/{HERE}/aktiviteter", form)
    page = people[MANAGER].ask("GET", saved.headers["Location"]).text
    assert "Den første og sidste onsdag i måneden kl. 19.00–21.00" in page
    change = people[CONSULTANT].ask("GET", f"{saved.headers['Location']}/ret").text
    assert 'name="nths-last" value="1" checked' in change
    for wrong, field in (
        ({"days-we": ""}, "days"),
        ({"nths-first": "", "nths-last": ""}, "nths"),
        ({"starts": "25.00"}, "starts"),
        ({"repeats": "month_day"}, "month_day"),
        ({"repeats": "dates"}, "extra"),
        ({"extra": "i morgen"}, "extra"),
        ({"every": "13"}, "every"),
    ):
        refused = people[CONSULTANT].ask("POST", f"/kommuner/{HERE}/aktiviteter", {**form, **wrong})
        assert refused.status_code == 422, wrong
        assert f'href="#{field}"' in refused.text, wrong
