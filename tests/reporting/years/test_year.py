"""The papers of last year, the whole way: owed, made when December is closed, read by who may, and the same figures wherever they stand."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError

from service.activity.activities.models import Activity
from service.activity.activities.operations import close
from service.exchange.filing.queries import papers as filed
from service.partnership.agreements.models import Agreement
from service.platform.accounts.models import Person
from service.platform.documents.models import Document
from service.platform.documents.queries import document
from service.platform.notices.models import Notice
from service.reporting.years import gathering, operations, queries
from service.reporting.years.kinds import YearKind
from service.reporting.years.lines import late
from service.reporting.years.models import YearPaper
from tenants.acting import acting_for
from tenants.calendar import day_of, month_after, months_back
from tenants.database import db, now, transaction
from tenants.periods import end, put_in_force
from tenants.reach import Office, Reach, clock
from tests.papers.test_conformance import text_of
from tests.support.pages import token_of
from tests.support.verapdf import assert_conforms, attachments
from tests.support.world import World, hold, key_of, person, scope, sign_in

CODE = "0147"
YEAR = day_of(now()).year - 1
DECEMBER = dt.date(YEAR, 12, 1)
PATH = f"/kommuner/{CODE}/aarspapirer"


@pytest.fixture
def settled(app: Flask) -> Flask:
    """A municipality with a partnership throughout last year, its people, and sessions in every month: in March few came to the café."""
    begins, ends = dt.date(YEAR, 1, 1), dt.date(YEAR + 1, 12, 31)
    with app.app_context(), acting_for(clock([CODE])), transaction():
        put_in_force(CODE, scope(DECEMBER, "kanariegul", starts_on=begins, ends_on=ends), uuid4())
        person("leder@kommune.example", ("manager", CODE, None))
        for kind in ("homework_help", "language_cafe"):
            activity = Activity(municipality_code=CODE, activity_type=kind, name=kind, place="Huset", starts_on=begins)
            db.session.add(activity)
            db.session.flush()
            for month in months_back(DECEMBER, 12):
                few = kind == "language_cafe" and month.month == 3
                hold(activity, month, adults=3 if few else 20, children=0, volunteers=6, volunteer_minutes=720)
    return app


def end_the_year(app: Flask) -> None:
    """Close the months of last year."""
    with app.app_context(), acting_for(clock([CODE])), transaction():
        close(CODE, months_back(DECEMBER, 12))


def ask(app: Flask) -> int:
    """What the timetable does."""
    with app.app_context(), acting_for(clock([CODE])), transaction():
        return operations.ask_owed()


def make_due(app: Flask) -> list[bool]:
    """What a worker does."""
    with app.app_context():
        with acting_for(clock([CODE])), transaction():
            due = queries.due()
        return [operations.make(code, key, 60) for code, key in due]


def row_of(app: Flask, kind: YearKind) -> YearPaper:
    with app.app_context(), acting_for(clock([CODE])), transaction():
        found = queries.newest(CODE, kind, YEAR)
        assert found is not None
        return found


def test_a_year_waits_for_december_and_comes_once(settled: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    january = dt.datetime(YEAR + 1, 1, 20, 12, tzinfo=dt.UTC)
    monkeypatch.setattr(operations, "now", lambda: january)
    assert ask(settled) == 2, "the status, and the account of the grant"
    assert ask(settled) == 0
    assert row_of(settled, YearKind.STATUS).status == "awaited"
    assert make_due(settled) == []
    with settled.app_context(), acting_for(clock([CODE])), transaction():
        lines = [late(dt.date(YEAR + 1, month, day)) for month, day in ((2, 28), (3, 1))]
        assert [len(db.session.execute(each).all()) for each in lines] == [0, 1], "late from the day after"
    end_the_year(settled)
    assert ask(settled) == 2, "both are ready"
    assert make_due(settled) == [True, True]
    assert make_due(settled) == []
    assert ask(settled) == 0
    with settled.app_context(), acting_for(clock([CODE])), transaction():
        assert db.session.scalar(select(func.count()).select_from(Document)) == 2
        mails = db.session.scalars(select(Notice).where(Notice.about.startswith("year_paper:"))).all()
        assert {mail.recipient for mail in mails} == {"leder@kommune.example"}
        assert len(mails) == 2
        june = dt.datetime(YEAR + 1, 6, 1, 12, tzinfo=dt.UTC)
        monkeypatch.setattr(operations, "now", lambda: june)
        operations.ask_edition(row_of(settled, YearKind.STATUS).id)
    assert make_due(settled) == [True]
    with settled.app_context(), acting_for(clock([CODE])), transaction():
        mailed = select(func.count()).select_from(Notice).where(Notice.about.startswith("year_paper:"))
        assert db.session.scalar(mailed) == 3, "a new edition is told of, whatever the day"
        assert any("Fra DRC til kommunen" in mail.body or "fra DRC til kommunen" in mail.body for mail in mails)


def test_a_year_long_past_whose_months_nobody_closed_is_not_asked_for(
    settled: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "now", lambda: dt.datetime(YEAR + 1, 11, 20, 12, tzinfo=dt.UTC))
    assert ask(settled) == 0


def test_the_figures_are_the_same_on_paper_in_its_files_the_workbook_the_api_and_the_page(
    settled: Flask, client: FlaskClient
) -> None:
    end_the_year(settled)
    ask(settled)
    make_due(settled)
    status = row_of(settled, YearKind.STATUS)
    with settled.app_context(), acting_for(clock([CODE])), transaction():
        assert status.document_id is not None
        content = document(status.document_id, content=True).content
        assert {row.kind for row in db.session.scalars(filed(CODE))} == {"year_status", "grant_report"}
    assert_conforms(content)
    files = {name: file for name, _relation, file in attachments(content)}
    frozen = {key["code"]: key for key in json.loads(files["facts.json"])["keys"]}
    assert frozen["sessions"]["value"] == 24
    assert frozen["attendances"] == frozen["attendances"] | {"value": 11 * 40 + 23, "at_least": False}
    rows = list(csv.reader(io.StringIO(files["noegletal.csv"].decode("utf-8-sig")), delimiter=";"))
    in_csv = {what: int(whole or least) for what, whole, least in rows[1:]}
    sign_in(client, "leder@kommune.example")
    sheet = load_workbook(io.BytesIO(client.get(f"{PATH}/{status.id}/tal").data))["noegletal"]
    in_sheet = {str(what): whole or least for what, whole, least in list(sheet.values)[1:]}
    page = client.get(f"{PATH}/{status.id}").text
    on_paper = text_of(content)
    named = {key["what"]: key["value"] for key in frozen.values()}
    assert in_csv == in_sheet == named
    for value in named.values():
        assert str(value) in page
        assert str(value) in on_paper
    with settled.app_context():
        with acting_for(clock()), transaction():
            reader = db.session.scalars(select(Person.id)).one()
        key = key_of(reader)
    answer = client.get(f"/api/v1/year-papers/{status.id}/figures", headers={"Authorization": f"Bearer {key}"}).json
    assert answer is not None
    assert {each["code"]: each["value"] for each in answer["figures"]} == {
        code: key["value"] for code, key in frozen.items()
    }
    shown = json.loads(files["facts.json"])
    march = next(each for each in shown["types"] if each["name"] == "Sprogcafé")["attendances"]
    assert march == {"value": 11 * 20, "at_least": True}, "the few of March are added nowhere"


def test_a_case_is_one_press_and_a_new_edition_takes_its_place(settled: Flask, client: FlaskClient) -> None:
    end_the_year(settled)
    sign_in(client, "leder@kommune.example")
    page = client.get(PATH).text
    assert "En sag til udvalget" in page
    sent = {"year": str(YEAR), "csrf_token": token_of(page)}
    first, again = (client.post(PATH, data=sent) for _press in range(2))
    assert first.status_code == 302
    assert first.location == again.location, "of two presses one is made"
    assert make_due(settled) == [True]
    opened = client.get(first.location).text
    assert "Læs den som PDF" in opened
    assert "ny udgave" not in opened, "that is DRC's"
    assert client.post(PATH, data={**sent, "year": "1999"}).status_code == 404
    assert client.post(PATH, data={**sent, "year": "x"}).location.endswith(PATH)
    with settled.app_context(), acting_for(clock([CODE])), transaction():
        assert len(gathering.gather(row_of(settled, YearKind.CASE)).parts) == 1, "month by month it is one agreement"
    second = client.post(PATH, data=sent)
    assert second.location != first.location
    assert make_due(settled) == [True]
    with settled.app_context(), acting_for(clock([CODE])), transaction():
        former, newest = db.session.scalars(select(Document).order_by(Document.number)).all()
        assert (newest.revision, newest.supersedes) == (2, former.number)
        content = document(newest.id, content=True).content
    assert former.number in text_of(content)
    assert_conforms(content)


def test_a_municipality_asks_for_a_case_alone(settled: Flask) -> None:
    reach = Reach(Office.MUNICIPALITY, frozenset({CODE}), person_id=UUID(int=7))
    with (
        settled.app_context(),
        pytest.raises(ProgrammingError, match="asks for a case"),
        acting_for(reach),
        transaction(),
    ):
        operations.put(CODE, YearKind.STATUS, YEAR, dt.date(YEAR, 1, 1), DECEMBER)


def test_a_term_that_is_over_is_evaluated_against_all_of_it(app: Flask, world: World) -> None:
    """The agreement ended with the month that is closed: its evaluation is of that agreement, and comes once."""
    place, last = world.here, month_after(world.month) - dt.timedelta(days=1)
    with app.app_context():
        with acting_for(clock([place.code])), transaction():
            end(place.code, place.agreement, last)
            operations.ask_owed()
            operations.ask_owed()
            number = db.session.scalars(select(Agreement.number).where(Agreement.id == place.agreement)).one()
            (row,) = db.session.scalars(queries.papers(place.code).where(YearPaper.kind == YearKind.EVALUATION))
            key = row.id
            assert (row.about, row.last_month, row.status) == (number, world.month, "waiting")
        assert operations.make(place.code, key, 60)
        with acting_for(clock([place.code])), transaction():
            document = queries.document_of(queries.paper(key))
            said = document.facts
        assert document.kind == "evaluation"
        assert said["last"] == last.isoformat()
        assert {each["number"] for each in said["agreements"]} == {number}
        assert said["types"][0]["held"] == 4
        with acting_for(clock([world.there.code])), transaction():
            operations.ask_owed()
            kinds = set(db.session.scalars(select(YearPaper.kind).where(YearPaper.kind == YearKind.EVALUATION)))
        assert kinds == set(), "the control: the neighbour's runs"
