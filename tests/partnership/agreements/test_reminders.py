"""The reminders as mail, on the Monday list and on the start page: each once, and none where it has been seen to."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import func, literal, select, true, update

from service.desk.monday import queries as monday
from service.partnership.agreements import ending, lines, operations, queries, reminding, validity
from service.partnership.agreements.rules import Party
from service.platform.accounts.models import Person
from service.platform.notices.models import Notice
from tenants.database import db
from tenants.reach import Office
from tests.partnership.agreements.test_notice import CONSULTANT, MANAGER, SECRETARIAT, acting
from tests.support.rounds import count
from tests.support.world import World, sign_in

pytestmark = pytest.mark.usefixtures("app")
STEP = "agreements.remind"


@pytest.fixture
def ends(app: Flask, world: World) -> dt.date:
    """The last day of both municipalities' agreements in force, which nothing is offered to follow."""
    for place in (world.here, world.there):
        with acting(app, place.code, world.secretariat, Office.DRC):
            operations.withdraw(place.offered, world.secretariat, "Vi venter, til vi ved mere.")
    with acting(app, world.here.code):
        return queries.agreement(world.here.agreement).ends_on


def on(monkeypatch: pytest.MonkeyPatch, day: dt.date) -> None:
    """Let it be noon of a day where reminders are looked for."""
    monkeypatch.setattr(reminding, "now", lambda: dt.datetime.combine(day, dt.time(12), dt.UTC))


def mails(app: Flask, code: str) -> list[tuple[str, str]]:
    """About what each mail is, and to whom."""
    with acting(app, code):
        rows = db.session.execute(select(Notice.about, Notice.recipient).where(Notice.about.like("agreement:%:%:%")))
        return sorted((about.partition(":")[2].partition(":")[2], recipient) for about, recipient in rows)


def test_both_parties_are_told_once_whatever_a_round_does_again(
    app: Flask, world: World, ends: dt.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, ends - dt.timedelta(days=45))
    with app.app_context():
        assert [count(STEP) for _round in range(3)] == [2, 0, 0]
        on(monkeypatch, ends - dt.timedelta(days=29))
        assert [count(STEP) for _round in range(2)] == [2, 0]
    told = [(f"term:{days}", who) for days in (30, 60) for who in sorted((MANAGER, SECRETARIAT, CONSULTANT))]
    assert mails(app, world.here.code) == told
    there = {who for _about, who in mails(app, world.there.code)}
    assert there == {f"leder.{world.there.code}@kommune.example", SECRETARIAT}, "the consultant's territory is another"


def test_drcs_people_can_do_without(app: Flask, world: World, ends: dt.date, monkeypatch: pytest.MonkeyPatch) -> None:
    with acting(app, world.here.code):
        db.session.execute(update(Person).values(unwanted_mails=[reminding.MAIL]))
    on(monkeypatch, ends - dt.timedelta(days=45))
    with app.app_context():
        assert count(STEP) == 2
    assert mails(app, world.here.code) == [("term:60", MANAGER)]


def test_one_municipality_that_cannot_be_reminded_of_stops_no_other(
    app: Flask, world: World, ends: dt.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = reminding._readers

    def broken(code: str) -> object:
        if code == world.here.code:
            raise ValueError("spoilt")
        return whole(code)

    on(monkeypatch, ends - dt.timedelta(days=45))
    monkeypatch.setattr(reminding, "_readers", broken)
    with app.app_context():
        assert count(STEP) == 1
    assert mails(app, world.here.code) == []
    assert mails(app, world.there.code) != []


def test_a_notice_that_is_given_ends_the_reminders(
    app: Flask, world: World, ends: dt.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = world.here
    with acting(app, here.code, here.manager, Office.MUNICIPALITY):
        ending.terminate(here.agreement, Party.MUNICIPALITY, here.manager, "Kommunen omlægger indsatsen.")
    on(monkeypatch, ends - dt.timedelta(days=45))
    with app.app_context():
        assert count(STEP) == 1, "the neighbour's alone"
    assert mails(app, here.code) == []


def test_the_monday_list_and_the_start_page_tell_of_a_day_that_is_near(app: Flask, world: World, ends: dt.date) -> None:
    def listed(day: dt.date) -> set[str]:
        with acting(app, world.here.code):
            return {one.kind for one in monday.gathered({world.here.code}, day)} & {"notice_days", "endings"}

    notice = validity.last_notice_day(ends, 3)
    days = (notice - dt.timedelta(days=91), notice - dt.timedelta(days=90), notice, notice + dt.timedelta(days=1))
    assert [listed(day) for day in days] == [set(), {"notice_days"}, {"notice_days"}, set()]
    assert listed(ends) == {"endings"}
    start = f"/kommuner/{world.here.code}"
    assert "Aftalen slutter" not in sign_in(app.test_client(), MANAGER).get(start).text
    soon = (dt.datetime.now(dt.UTC) + dt.timedelta(days=60)).date()
    with acting(app, world.here.code):
        row = queries.agreement(world.here.agreement)
        row.stored_scope = {**row.stored_scope, "ends_on": soon.isoformat()}
        row.ends_on = soon
    for who in (MANAGER, SECRETARIAT):
        assert "Aftalen slutter" in sign_in(app.test_client(), who).get(start).text


def test_sql_and_the_rule_count_the_last_day_of_notice_alike(app: Flask, world: World) -> None:
    first, months = dt.date(2027, 1, 1), func.generate_series(0, 24)
    days = select((literal(first) + func.generate_series(0, 455)).label("day")).subquery()
    spans = select(months.label("months")).subquery()
    both = days.join(spans, true())
    query = select(days.c.day, spans.c.months, lines.last_notice_day(days.c.day, spans.c.months)).select_from(both)
    with acting(app, world.here.code):
        found = db.session.execute(query).all()
    assert len(found) == 456 * 25
    assert all(said == validity.last_notice_day(last, span) for last, span, said in found)
