"""What is decided when a month is closed: read from its sessions, written down with it, and said on the statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask

from service.activity.activities import engine, operations, totals
from service.activity.activities.engine import Disclosed
from service.activity.activities.models import Activity
from service.activity.activities.picture import Alike, MonthHeld, Picture
from service.partnership.catalogue import files
from service.reporting.statements import rules
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_before
from tenants.database import db, now, transaction
from tenants.periods import put_in_force
from tenants.reach import clock
from tests.support.world import hold, scope

CODE, NEIGHBOUR = "0101", "0147"
MONTH = month_before(first_of(day_of(now())))
LONG = MONTH + dt.timedelta(days=7)


@pytest.fixture
def activity(app: Flask) -> Iterator[Activity]:
    """A language café that has met for an hour, of nine volunteers; inside a transaction of unattended work."""
    with app.app_context(), acting_for(clock([CODE])), transaction():
        put_in_force(CODE, scope(MONTH, "prøve", starts_on=MONTH, ends_on=dt.date(2190, 12, 31)), uuid4())
        row = Activity(municipality_code=CODE, activity_type="language_cafe", name="A", place="B", starts_on=MONTH)
        db.session.add(row)
        db.session.flush()
        hold(row, MONTH, volunteers=9, volunteer_minutes=540, minutes=60, adults=20)
        yield row


def closed() -> list[tuple[int | None, int | None, tuple[str, ...]]]:
    """Volunteers, hours and what is kept back besides, as it is read once the month is closed."""
    operations.close(CODE, [MONTH])
    found = totals.figures(CODE, [MONTH])
    return [(each.volunteer_attendances, each.volunteer_hours, each.followed) for each in found]


def test_hours_that_tell_how_few_were_at_a_long_session_are_kept_back_for_ever(activity: Activity) -> None:
    hold(activity, LONG, volunteers=3, volunteer_minutes=450, minutes=150, adults=9)
    assert totals.figures(CODE, [MONTH])[0].volunteer_hours == 17, "DRC reads them until then"
    assert closed() == [(12, None, ("volunteer_hours",))]
    hold(activity, LONG + dt.timedelta(days=1), volunteers=9, volunteer_minutes=1350, minutes=150, adults=9)
    assert closed() == [(12, None, ("volunteer_hours",))], "and what is recorded later changes nothing"


def test_control_where_nobody_can_tell_them_apart_the_hours_are_shown(activity: Activity) -> None:
    hold(activity, LONG, volunteers=3, volunteer_minutes=180, minutes=60, adults=9)
    assert closed() == [(12, 12, ())]


def test_sessions_are_apart_by_what_the_calendar_tells(activity: Activity) -> None:
    hold(activity, LONG, volunteers=3, volunteer_minutes=450, minutes=150)
    hold(activity, LONG + dt.timedelta(days=1), volunteers=2, volunteer_minutes=300, minutes=150)
    hold(activity, LONG + dt.timedelta(days=2), volunteers=5, volunteer_minutes=333, minutes=60)  # counted by hand
    hold(activity, LONG + dt.timedelta(days=3), volunteers=5, volunteer_minutes=300, minutes=60, serves=[NEIGHBOUR])
    hold(activity, LONG + dt.timedelta(days=4), cancelled=True, cancelled_why="weather")
    operations.close(CODE, [MONTH])
    disclosed = totals.closed_months(CODE, MONTH, MONTH)[MONTH].disclosed
    assert disclosed is not None
    assert list(Disclosed.from_plain(disclosed).sessions) == [
        Alike("language_cafe", None, (), 1, 5, 333, 5),
        Alike("language_cafe", 60, (), 1, 9, 540, 9),
        Alike("language_cafe", 60, (CODE, NEIGHBOUR), 1, 3, 150, 5),
        Alike("language_cafe", 150, (), 2, 5, 750, 5),
    ]


def test_months_are_closed_by_the_number_that_the_country_has_settled_on(
    activity: Activity, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", replace(settings, fewest_shown=10))
    assert totals.figures(CODE, [MONTH])[0].volunteer_attendances is None
    assert closed() == [(None, None, ())]
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert totals.figures(CODE, [MONTH])[0].volunteer_attendances is None, "and so it stays"


def test_neighbours_are_asked_about_who_had_sessions_together_with_it(
    activity: Activity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of them unattended work sees what they have of all sessions, and no session: how long it lasted is what each was there."""
    hold(activity, LONG, volunteers=5, volunteer_minutes=750, minutes=150, adults=11, serves=[NEIGHBOUR])
    asked: dict[dt.date, Sequence[MonthHeld]] = {}
    disclosed = engine.disclosed

    def noted(held: MonthHeld, before: Sequence[Picture], neighbours: Sequence[MonthHeld]) -> Disclosed:
        asked[held.month] = neighbours
        return disclosed(held, before, neighbours)

    monkeypatch.setattr(engine, "disclosed", noted)
    operations.close(CODE, [month_before(MONTH), MONTH])
    assert asked[month_before(MONTH)] == []
    (other,) = asked[MONTH]
    assert (other.code, [row.attendances for row in other.rows]) == (NEIGHBOUR, [5])
    assert other.sessions == [Alike("language_cafe", 150, (CODE, NEIGHBOUR), 1, 2, 375, 5)]


def test_the_statement_says_what_is_left_out_and_why() -> None:
    kinds = {kind.code: kind for kind in files.kinds().values()}
    names = ("volunteer_hours", "who:women", "attendances:language_cafe", "volunteer_attendances")
    assert rules.followed_text(names, kinds, 5) == (
        "Desuden er udeladt: frivilligtimerne, »Kvinder på 15 år og derover«, fremmøder i "
        f"{kinds['language_cafe'].da.lower()} og frivilliges fremmøder. "
        "Ud fra dem, kalenderen og de andre tal kunne man regne et antal fra 1 til 4 ud."
    )
    assert rules.followed_text((), kinds, 5) == ""
