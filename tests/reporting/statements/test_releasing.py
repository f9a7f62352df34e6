"""From the groups' answers to the paper: what is waited for, held, looked at, let wait and released, and who sees what meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from babel.dates import format_date
from flask import Flask
from sqlalchemy import select, update

from service import timetable
from service.activity.activities import operations as activities
from service.activity.activities import totals
from service.activity.activities.models import ActivitySession
from service.activity.checkins import operations as checkins
from service.activity.checkins import queries as checkin_queries
from service.activity.checkins import recording
from service.platform.accounts.models import Person
from service.platform.documents.models import Document
from service.platform.notices.models import Notice
from service.platform.web.errors import Refusal
from service.platform.work import leases
from service.reporting.statements import closing, operations, overview, queries, releasing
from service.reporting.statements import paper as printing
from service.reporting.statements.closing import StatementStage, Wait
from service.reporting.statements.models import Statement
from tenants.acting import acting_for
from tenants.calendar import DENMARK, day_of, month_after, month_name
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.reporting.statements.conftest import CODE, CODES, Land, recipients, settle
from tests.support.counting import counted
from tests.support.pages import token_of
from tests.support.wakeups import woken
from tests.support.world import key_of, sign_in

OTHER = CODES[1]
MANAGER = recipients(CODE)[0]


def answer(land: Land, checkin_id: UUID, adults: int) -> None:
    """All days told of, as the group would, and recorded by the worker."""

    def tell() -> None:
        row = checkin_queries.checkin(checkin_id)
        lines = checkin_queries.lines(row)
        told = {"state": "held", "cancelled_why": None, "volunteers": 5, "adults": adults, "children": 0, "minutes": 60}
        checkins.answer(checkin_id, {line.row.id: dict(told) for line in lines}, {})

    land.within(CODE, tell)
    with land.app.app_context():
        assert recording.record(CODE, checkin_id, 60)


def it_is(monkeypatch: pytest.MonkeyPatch, month: dt.date, day: int, hour: int = 12) -> None:
    """Let it be a day of the month after, for whoever makes statements."""
    moment = dt.datetime.combine(month_after(month).replace(day=day), dt.time(hour), DENMARK).astimezone(dt.UTC)
    for module in (operations, releasing, queries, leases):
        monkeypatch.setattr(module, "now", lambda: moment)


def test_an_answer_on_the_4th_is_in_the_statement(
    app: Flask, land: Land, asked: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    it_is(monkeypatch, land.month, 1)
    assert land.ripe() == [], "its group may still answer"
    it_is(monkeypatch, land.month, 4)
    answer(land, asked, adults=31)
    assert land.ripe() == [CODE], "nobody is waited for any more"
    assert land.row().released_at == closing.released_from(land.month), "and it is held for a look"
    assert land.within(CODE, lambda: totals.last_closed(CODE)) is None, "nothing is closed yet"
    lines = land.within(CODE, lambda: len(checkin_queries.lines(checkin_queries.checkin(asked))))

    assert land.release() == [CODE]
    assert land.make()
    facts = land.facts()
    assert facts["groups"] == {
        "groups": 1,
        "reported": 1,
        "missing": [],
        "text": "1 af 1 gruppe har indberettet.",
    }
    attendances = next(key["value"] for key in facts["keys"] if key["what"] == "Fremmøder")
    assert attendances == 31 * lines


def test_after_the_5th_it_is_made_without_the_one_that_is_missing_and_says_so(
    land: Land, asked: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    it_is(monkeypatch, land.month, 5, hour=23)
    assert land.ripe() == []
    it_is(monkeypatch, land.month, 6, hour=0)
    assert land.ripe() == [CODE]
    facts = land.within(CODE, lambda: operations.preview(CODE, land.month)).facts
    assert facts["groups"]["text"].startswith("0 af 1 gruppe har indberettet. Mangler: ")


def test_a_group_that_has_told_of_some_days_is_waited_for(
    land: Land, asked: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    it_is(monkeypatch, land.month, 2)
    answer(land, asked, adults=9)

    def forget_one() -> None:
        line = checkin_queries.lines(checkin_queries.checkin(asked))[0]
        line.row.answer = {}

    land.within(CODE, forget_one)
    assert land.ripe() == []


def met_by_the_municipality(land: Land) -> dict[str, bool]:
    """Which ways there are for its manager to meet its statement of a month."""
    name, path = month_name(land.month), f"/kommuner/{CODE}/opgoerelser"
    person_id = land.within(CODE, lambda: db.session.scalars(select(Person.id).where(Person.email == MANAGER)).one())
    with land.app.app_context():
        key = {"Authorization": f"Bearer {key_of(person_id)}"}

    def rows() -> dict[str, Any]:
        row = db.session.scalars(select(Statement).where(Statement.month == land.month)).one()
        return {
            "id": row.id,
            "a mail": db.session.scalar(select(Notice.id).where(Notice.about == f"statement:{name}:1")) is not None,
            "a paper to file and to check": db.session.scalar(select(Document.id)) is not None,
            "figures of the month": totals.last_closed(CODE) == land.month,
        }

    found = land.within(CODE, rows)
    held, manager = found.pop("id"), sign_in(land.app.test_client(), MANAGER)
    word = format_date(land.month, "MMMM yyyy", locale="da")
    return {
        **found,
        "its list": f"{word} (PDF)" in manager.get(path).text.lower().replace("(pdf)", "(PDF)"),
        "its papers": word in manager.get(f"/kommuner/{CODE}/papirer").text,
        "its start page": "(PDF)" in manager.get(f"/kommuner/{CODE}").text,
        "the address in the mail": manager.get(f"{path}/{name}").status_code == 302,
        "the API": manager.get(f"/api/v1/statements/{held}", headers=key).status_code == 200,
        "the API's list": str(held) in manager.get("/api/v1/statements", headers=key).text,
    }


def test_nothing_of_what_is_held_reaches_the_municipality_and_all_of_what_is_released(app: Flask, land: Land) -> None:
    land.put_held()
    assert not land.make(), "no worker touches it"
    assert not any(met_by_the_municipality(land).values()), met_by_the_municipality(land)
    manager = sign_in(app.test_client(), MANAGER)
    assert manager.get(land.look).status_code == 404
    assert land.release() == [CODE]
    assert land.make()
    assert all(met_by_the_municipality(land).values()), met_by_the_municipality(land)


def rung(land: Land) -> list[Any]:
    """What waits for a worker after a round of the clock."""
    with land.app.app_context():
        timetable.wake_for_what_is_due()
        return list(woken())


def test_what_nobody_releases_goes_out_by_itself(land: Land) -> None:
    land.put_held()
    wakeup = (releasing.JOB, (CODE, month_name(land.month), 1))
    assert wakeup not in rung(land)
    land.within(CODE, lambda: db.session.execute(update(Statement).values(released_at=now(), due_from=now())))
    assert wakeup in rung(land), "the hour has come, and no step had to release it"
    assert land.make()


def test_what_is_mended_before_the_release_is_in_the_paper_and_what_is_mended_after_is_not(
    app: Flask, land: Land
) -> None:
    land.put_held()

    def sessions() -> list[ActivitySession]:
        return list(db.session.scalars(select(ActivitySession).order_by(ActivitySession.held_on)))

    def mend(adults: int) -> None:
        given = activities.as_sent(sessions()[0]) | {"adults": adults}
        activities.change(sessions()[0].id, {**given, "held_on": sessions()[0].held_on}, CODE)

    def attendances() -> object:
        return next(key["value"] for key in land.facts()["keys"] if key["what"] == "Fremmøder")

    whole = land.within(CODE, lambda: sum(each.adults + each.children for each in sessions()))
    first = land.within(CODE, lambda: sessions()[0].adults)
    land.within(CODE, lambda: mend(first + 100))
    previewed = land.within(CODE, lambda: operations.preview(CODE, land.month))
    land.release()
    assert land.make()
    assert attendances() == whole + 100
    assert [table.rows for table in previewed.tables] == [
        table.rows for table in printing.paper(land.facts(), "", previewed.issued_on).tables
    ], "the look showed what was printed"
    land.within(CODE, lambda: mend(first))
    assert attendances() == whole + 100


def test_one_can_be_let_wait_and_the_rest_goes_out_in_bulk(app: Flask, land: Land) -> None:
    for code in (CODE, OTHER):
        land.put_held(code)
    drc = land.drc()
    path = land.look
    page = drc.get(path)
    assert "Klar til gennemsyn" in page.text
    monday = drc.get("/").text
    assert "er klar til gennemsyn og sendes automatisk" in monday
    assert f'href="{path}"' in monday
    token, day = token_of(page.text), closing.days_to_wait_for(day_of(now()))[2]
    wrong = drc.post(f"{path}/vent", data={"csrf_token": token, "until": "1-1-2031", "why": "group"})
    assert (wrong.status_code, "Vælg en af mulighederne" in wrong.text) == (422, True)
    assert (
        drc.post(f"{path}/vent", data={"csrf_token": token, "until": day.isoformat(), "why": "group"}).status_code
        == 302
    )
    assert "En gruppe er på vej med sine tal" in drc.get(path).text
    assert land.row().released_at == closing.at_release_time(day)
    assert drc.post(path, data={"csrf_token": token}).status_code == 302, "by hand, whatever it waited for"
    assert (land.row().held, land.row().wait_reason, land.row(OTHER).held) == (False, None, True)
    with pytest.raises(Refusal):
        land.within(CODE, lambda: releasing.let_wait(land.row().id, day, Wait.OTHER))
    assert drc.post("/opgoerelser", data={"csrf_token": token, "month": month_name(land.month)}).status_code == 302
    assert not land.row(OTHER).held
    assert {(releasing.JOB, (code, month_name(land.month), 1)) for code in (CODE, OTHER)} <= set(rung(land))


def test_a_group_is_reminded_from_the_look(app: Flask, land: Land, asked: UUID) -> None:
    land.put_held()
    drc = land.drc()
    path = land.look
    page = drc.get(path)
    assert "0 af 1 gruppe har indberettet." in page.text
    assert drc.post(f"{path}/rykker/{asked}", data={"csrf_token": token_of(page.text)}).status_code == 302


def test_the_table_costs_the_same_however_many_there_are(app: Flask, land: Land) -> None:
    land.put_held()
    drc = land.drc()

    def costs() -> tuple[int, int, int]:
        with counted(app) as whole:
            drc.get("/opgoerelser")
        with counted(app) as one:
            page = drc.get(f"/opgoerelser/{month_name(land.month)}")
        return len(whole), len(one), page.text.count("/gennemsyn")

    before = costs()
    for code in CODES[2:8]:
        with app.app_context():
            settle(code, land.month)
        land.put_held(code)
    after = costs()
    assert after[2] > before[2]
    assert after[:2] == before[:2]


def test_a_run_tells_each_of_its_states_and_the_one_that_failed_stops_none(
    app: Flask, land: Land, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        for code in CODES[2:5]:
            settle(code, land.month)
    failed, held, sent, opened = CODES[:4]
    for code in (failed, held, sent, opened):
        land.put_held(code)
    with app.app_context(), acting_for(clock((failed, sent, opened))), transaction():
        assert releasing.release(land.month) == sorted((failed, sent, opened))
    facts = operations._facts

    def broken(code: str, *rest: Any) -> Any:
        if code == failed:
            raise KeyError("findes_ikke")
        return facts(code, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(operations, "_facts", broken)
        assert [land.make(code) for code in (failed, sent, opened)] == [False, True, True]
    manager = sign_in(app.test_client(), recipients(opened)[0])
    assert (
        manager.get(f"/kommuner/{opened}/opgoerelser/{month_name(land.month)}", follow_redirects=True).status_code
        == 200
    )
    codes = CODES[:5]
    with app.app_context(), acting_for(clock(codes)), transaction():
        found = {line.code: line.progress for line in overview.of_month(land.month, codes)}
        table = overview.grid(land.month, codes, ())
        ways = {line.code: line.cells[0] for _territory, lines in table.territories for line in lines}
    expected = [
        StatementStage.FAILED,
        StatementStage.HELD,
        StatementStage.SENT,
        StatementStage.OPENED,
        StatementStage.AWAITED,
    ]
    assert found == ways == dict(zip(codes, expected, strict=True))
    page = land.drc().get(f"/opgoerelser/{month_name(land.month)}").text
    assert "KeyError" in page, "with its cause"
