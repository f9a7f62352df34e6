"""A month that is corrected after its statement was sent: told in the next statement, or by a new edition beside the old one."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from service.activity.activities import operations as activities
from service.activity.activities.lateness import LateWay
from service.platform.documents.models import Document
from service.platform.ledger.models import LedgerEntry
from service.platform.notices.models import Notice
from service.platform.paper_log import checking
from service.platform.web.errors import Conflict, NotFound
from service.platform.web.versions import WHATEVER
from service.reporting.statements import lines, operations, queries, revising
from service.reporting.statements.editions import PATIENCE
from service.reporting.statements.models import Statement
from service.reporting.statements.rules import ScopePart
from tenants import periods
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_after, month_name
from tenants.database import db, now, transaction
from tenants.periods import put_in_force
from tenants.reach import Office, Reach, clock
from tenants.scope import Level, Payment
from tests.support.pages import pdf_text
from tests.support.rounds import count, tell_months
from tests.support.verapdf import assert_conforms, attachments
from tests.support.world import HERE, THERE, World, scope
from tests.walls.ways import CONSULTANT, MANAGER, askers

DRC = Reach(Office.DRC, frozenset({HERE}))


def correct(world: World, adults: int, way: LateWay = LateWay.CORRECTED) -> None:
    """Give the last session of the month, which had 6 adults and 8 children, so many adults."""
    with acting_for(DRC if way is LateWay.CORRECTED else clock([HERE])), transaction():
        sent = {"held_on": world.month + dt.timedelta(days=21), "cancelled": False, "volunteers": 6, "children": 8}
        activities.change(world.here.session, {**sent, "volunteer_minutes": 720, "adults": adults}, HERE, WHATEVER, way)
    tell_months()


def newest() -> Statement:
    with acting_for(clock([HERE])), transaction():
        row = queries.newest(HERE)
        assert row is not None
        return row


def papers() -> list[Document]:
    """The statements' papers, oldest first."""
    with acting_for(clock([HERE])), transaction():
        query = select(Document).where(Document.kind == "statement", Document.municipality_code == HERE)
        rows = db.session.scalars(query.order_by(Document.created_at)).all()
        for row in rows:
            assert row.content, "read while there is a transaction"
            assert row.facts
        return list(rows)


def edition_of(world: World, reason: str = "") -> Document:
    with acting_for(DRC), transaction():
        revising.ask_revision(HERE, world.month, reason)
    assert operations.make(HERE, world.month, 2, 60)
    return papers()[-1]


def test_a_new_edition_compares_says_why_and_takes_the_place_of_the_former(app: Flask, world: World) -> None:
    with app.app_context():
        (former,) = papers()
        correct(world, 706)
        paper = edition_of(world, "Der manglede 700 deltagere den 22.")
        assert papers()[0].content == former.content, "the former is as it was"
        assert (paper.revision, paper.supersedes) == (2, former.number)
        assert paper.number != former.number
        said = pdf_text(paper.content)
        for words in ("udgave 2", former.number, "Der manglede 700 deltagere den 22.", "Forskel", "+700"):
            assert words in said, words
        assert_conforms(paper.content)
        assert "+700" not in pdf_text(former.content)
        told = {
            line["what"]: (line["old"], line["new"], line["difference"]) for line in paper.facts["edition"]["lines"]
        }
        assert told["Fremmøder"] == (50, 750, 700)
        assert [told[name][2] for name in told if name.startswith("Årets mål, fremmøder")] == [700], (
            "the target follows"
        )
        table = next(content for name, _type, content in attachments(paper.content) if name == "udgave.csv")
        assert "Fremmøder;50;750;700" in table.decode("utf-8-sig")
    with app.app_context():
        for number, fingerprint, superseded in (
            (former.number, former.fingerprint, paper.number),
            (paper.number, paper.fingerprint, None),
        ):
            assert fingerprint
            with acting_for(clock([HERE])), transaction():
                stands = checking.check_number(number, fingerprint).standing
            assert (stands.number if stands else None) == superseded
        with acting_for(clock([HERE])), transaction():
            bodies = db.session.scalars(
                select(Notice.body).where(Notice.about == f"statement:{month_name(world.month)}:2")
            ).all()
            assert len(bodies) == 2, "one to each of the municipality's people"
            assert all("udgave 2" in body and former.number in body for body in bodies)
            (entry,) = db.session.scalars(select(LedgerEntry).where(LedgerEntry.act == "statement.edition_asked"))
            assert entry.details == {"month": month_name(world.month), "revision": 2, "by_rule": False}


def test_what_a_sent_month_was_held_against_stays_whatever_is_agreed_afterwards(app: Flask, world: World) -> None:
    month, held_against = (
        world.month,
        ("activities", "beside", "targets", "scopes", "lead", "level", "agreement_number"),
    )
    told = {"activities": (), "targets": (), "payment": Payment(), "starts_on": month + dt.timedelta(days=9)}

    def parts() -> list[ScopePart]:
        with acting_for(clock([HERE])), transaction():
            return queries.parts(HERE, month)

    with app.app_context():
        (former,), before = papers(), parts()
        with acting_for(clock([HERE])), transaction():
            put_in_force(HERE, scope(month, "prøve", Level.COORDINATED, **told), uuid4())
            assert len(periods.touching(month, month_after(month), HERE)) == len(before) + 1, "as it is told by now"
        assert parts() == before
        paper = edition_of(world, "Aftalen blev ændret bagud.")
        assert {name: paper.facts[name] for name in held_against} == {name: former.facts[name] for name in held_against}
        with acting_for(clock([HERE])), transaction():  # the control: a month that is not closed
            assert [part.scope.level for part in queries.parts(HERE, month_after(month))] == [Level.COORDINATED]


def test_a_new_edition_is_asked_for_once_and_only_of_what_was_sent(app: Flask, world: World) -> None:
    with app.app_context():
        with acting_for(DRC), transaction():
            revising.ask_revision(HERE, world.month, "En grund")
        with acting_for(DRC), transaction(), pytest.raises(Conflict):
            revising.ask_revision(HERE, world.month, "En grund")
        with acting_for(DRC), transaction(), pytest.raises(NotFound):
            revising.ask_revision(HERE, month_after(world.month, -3), "En grund")
        with acting_for(DRC), transaction(), pytest.raises(NotFound):
            revising.ask_revision(THERE, world.month, "En grund")


def test_the_rule_asks_on_mondays_and_makes_the_edition_itself_after_a_week(app: Flask, world: World) -> None:
    def waits() -> list[Any]:
        with acting_for(DRC), transaction():
            return list(db.session.execute(lines.outdated(day_of(now()))).all())

    with app.app_context():
        correct(world, 14)
        assert count("statements.revise") == 0
        assert waits() == [], "8 more of 50 are told in the next statement"
        correct(world, 706)
        assert count("statements.revise") == 0
        (line,) = waits()
        assert (line.municipality_code, line.subject) == (HERE, month_name(world.month))
        correct(world, 6)
        count("statements.revise")
        assert waits() == [], "it was a mistake"
        correct(world, 706, LateWay.REPORTED)
        count("statements.revise")
        with acting_for(clock([HERE])), transaction():
            db.session.execute(
                update(Statement)
                .values(outdated_since=now() - PATIENCE - dt.timedelta(minutes=1))
                .where(Statement.outdated_since.is_not(None))
            )
        assert count("statements.revise") == 1
        assert waits() == []
        assert operations.make(HERE, world.month, 2, 60)
        assert count("statements.revise") == 0, "what the new edition tells asks for no other"
        assert "rettet af DRC" in papers()[-1].facts["edition"]["how"]
        assert newest().picture == 4


def test_the_next_statement_tells_small_changes_once(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def of_next(after: int) -> list[str]:
        month = month_after(world.month, after)
        with monkeypatch.context() as later:
            for clock_of in (
                "reporting.statements.operations",
                "reporting.statements.releasing",
                "platform.work.leases",
            ):
                later.setattr(f"service.{clock_of}.now", lambda: now() + dt.timedelta(days=31 * after))
            with acting_for(clock([HERE])), transaction():
                operations.ask(month, [HERE])
            assert operations.make(HERE, month, 1, 60)
        found: list[str] = papers()[-1].facts["late"]
        return found

    with app.app_context():
        assert papers()[0].facts["late"] == []
        correct(world, 14, LateWay.REPORTED)
        (said,) = of_next(1)
        assert said.endswith(": +8 fremmøder, indberettet sent af én gruppe.")
        assert said in pdf_text(papers()[-1].content)
        correct(world, 17)
        (said,) = of_next(2)
        assert said.endswith(": rettet af DRC. Ændringen er for lille til, at et tal kan vises.")
        correct(world, 20)
        (said,) = of_next(3)
        assert "+6 fremmøder" in said, "3 and 3 were gathered"
        assert of_next(4) == [], "and what was told is not told again"


def test_pages_tell_each_their_own(app: Flask, world: World) -> None:
    address = f"/kommuner/{HERE}/opgoerelser/{month_name(world.month)}/udgaver"
    people = askers(app, world)
    with app.app_context():
        correct(world, 706)
        count("statements.revise")
    page = people[CONSULTANT].ask("GET", address).text
    assert "Rettet af DRC" in page
    assert "+700" in page, "DRC reads the entries"
    assert "Lektiehjælp</" in page
    refused = people[CONSULTANT].ask("POST", address, {"reason": ""})
    assert refused.status_code == 422
    assert people[CONSULTANT].ask("POST", address, {"reason": "Et nul manglede."}).status_code == 302
    assert people[MANAGER].ask("POST", address, {"reason": "Et nul manglede."}).status_code == 404
    with app.app_context():
        assert operations.make(HERE, world.month, 2, 60)
        number = papers()[0].number
    own = people[MANAGER].ask("GET", address).text
    assert "Et nul manglede." in own
    assert number in own
    assert "Afløst af udgave 2" in own
    assert "+700" in own, "the municipality reads what changed"
    assert "Sene ændringer" not in own, "and no entry"
    assert first_of(day_of(now())) > world.month
