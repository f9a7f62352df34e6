"""DRC tells what was used of an earmark: both sides read it wherever the money stands, and what was told is never written over."""

from __future__ import annotations

import datetime as dt
import html
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from service.partnership.agreements import offering, operations
from service.partnership.agreements import queries as agreements
from service.partnership.agreements.rules import Party
from service.partnership.followups import operations as telling
from service.partnership.followups import queries, words
from service.partnership.followups.models import FollowUp
from service.partnership.followups.rules import FollowedKind, Subject
from service.platform.documents.queries import document
from service.platform.ledger import queries as ledger
from service.platform.web.errors import Invalid
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.reach import Office
from tenants.scope import Capability, LegalBasis, Payment, Scope, YearAmount
from tenants.terms import Earmark
from tests.api.conftest import Program
from tests.partnership.agreements.test_notice import acting
from tests.support.forms import forms_of
from tests.support.world import EMPTY, World, key_of, scope, sign_in

pytestmark = pytest.mark.usefixtures("app")
LINE = "40.000 kr. til dokumentation i {year}: {how}"


def terms() -> Scope:
    """An agreement of the year before, this one and the next, with 40.000 kr. a year for documentation."""
    wanted = scope(day_of(now()), "x")
    years = range(wanted.starts_on.year, wanted.ends_on.year + 1)
    amounts = tuple(YearAmount(year, 100_000_00) for year in years)
    payment = Payment(LegalBasis.OTHER_GRANT, amounts, earmarks=(Earmark("dokumentation", 40_000_00),))
    return replace(wanted, payment=payment, capabilities=wanted.capabilities | {Capability.YEAR_PLAN})


@pytest.fixture
def agreement_id(app: Flask, world: World) -> UUID:
    """Concluded in a municipality that had none."""
    with acting(app, EMPTY):
        made = offering.offer(EMPTY, terms(), world.secretariat, retroactive=True).id
    with app.app_context():
        assert offering.make_paper(EMPTY, made, 60)
    for party in (Party.MUNICIPALITY, Party.DRC):
        with acting(app, EMPTY):
            found = agreements.agreement(made)
            assert found.document_id is not None
            paper = document(found.document_id)
            assert paper is not None
            operations.approve(made, party, world.secretariat, paper.sha256)
    return made


def this_year() -> Subject:
    return Subject(day_of(now()).year, FollowedKind.EARMARK, "dokumentation")


def test_it_is_told_on_the_page_and_stands_wherever_the_money_stands(
    app: Flask, world: World, agreement_id: UUID
) -> None:
    secretariat = sign_in(app.test_client(), "sekretariat@drc.example")
    page, today = f"/kommuner/{EMPTY}/opfoelgning", day_of(now())
    form = next(form for form in forms_of(secretariat.get(page).text) if "subject" in form.sends)
    typed = {
        "subject": f"{today.year}:earmark:dokumentation",
        "amount": "12.500",
        "as_of": f"{today:%d-%m-%Y}",
        "words": "Regnskab for 3. kvartal, post 4",
        "text_checked": "1",
    }
    tomorrow = today + dt.timedelta(days=1)
    for wrong in ({"amount": "mange"}, {"as_of": f"{tomorrow:%d-%m-%Y}"}, {"subject": "2026:earmark:kurser"}):
        assert secretariat.post(page, data={**form.sends, **typed, **wrong}).status_code == 422, wrong
    assert secretariat.post(page, data={**form.sends, **typed}).status_code == 302
    said = LINE.format(year=today.year, how="12.500 kr. brugt pr. ")
    for address in (
        page.replace("opfoelgning", f"aftaler/{agreement_id}"),
        page.replace("opfoelgning", "forpligtelser"),
        page.replace("opfoelgning", "aarsplan"),
    ):
        shown = html.unescape(secretariat.get(address).text)
        assert said in shown, address
        assert ", 27.500 kr. tilbage" in shown, address
    assert "Regnskab for 3. kvartal, post 4" in secretariat.get(page).text
    with acting(app, EMPTY):
        in_force = [(terms(), terms().ends_on)]
        assert words.earmarks(EMPTY, in_force, today.year, "da")[0].startswith(said), (
            "what the month's statement is told"
        )
        assert words.earmarks(EMPTY, in_force, today.year + 1, "da") == [
            LINE.format(year=today.year + 1, how="intet oplyst endnu")
        ]
        assert [entry.act for entry in db.session.scalars(ledger.entries(EMPTY))].count("follow_up.told") == 1


def test_a_mistake_is_mended_by_telling_anew_and_nothing_is_written_over(
    app: Flask, world: World, agreement_id: UUID
) -> None:
    today = day_of(now())
    for amount in (50_000_00, 5_000_00):
        with acting(app, EMPTY, world.secretariat, Office.DRC):
            telling.tell(EMPTY, this_year(), amount, today, "bilag 3", world.secretariat)
    with acting(app, EMPTY):
        left = {one.subject.year: one.left for one in queries.followed(EMPTY)}
        assert left == {today.year - 1: None, today.year: 35_000_00, today.year + 1: None}
        assert len(db.session.scalars(queries.follow_ups(EMPTY)).all()) == 2
    for change in ("UPDATE follow_ups SET amount = 1", "DELETE FROM follow_ups"):
        with (
            pytest.raises(ProgrammingError, match="telling anew"),
            acting(app, EMPTY, world.secretariat, Office.DRC),
        ):
            db.session.execute(text(change))
    with acting(app, EMPTY, world.secretariat, Office.DRC):
        db.session.execute(text("UPDATE follow_ups SET words = ''"))  # control: what tells of somebody can be taken out
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        acting(app, EMPTY, world.here.manager, Office.MUNICIPALITY),
    ):
        telling.tell(EMPTY, this_year(), 1, today, "kommunens eget", world.here.manager)


def test_it_is_asked_for_as_the_year_ends_until_it_is_told(app: Flask, world: World, agreement_id: UUID) -> None:
    year = day_of(now()).year

    def asked(month: int, years_later: int = 0) -> list[str]:
        with acting(app, EMPTY):
            return [row.note for row in db.session.execute(queries.untold(dt.date(year + years_later, month, 5)))]

    assert asked(11) == []
    assert asked(12) == asked(1, 1) == asked(3, 1) == [str(year)]
    assert asked(4, 1) == []
    with acting(app, EMPTY, world.secretariat, Office.DRC):
        telling.tell(EMPTY, this_year(), 40_000_00, day_of(now()), "bilag 3", world.secretariat)
    assert asked(12) == []
    assert asked(12, 1) == [str(year + 1)], "the next year's is asked for by itself"


def test_programs_tell_and_read_it_and_a_municipality_reads_its_own(
    app: Flask, world: World, agreement_id: UUID
) -> None:
    with app.app_context():
        secretariat = Program(app.test_client(), key_of(world.secretariat))
        neighbour = Program(app.test_client(), key_of(world.there.manager))
    path, today = f"/municipalities/{EMPTY}/follow-ups", day_of(now())
    given = {
        "kind": "earmark",
        "name": "dokumentation",
        "year": today.year,
        "amount": 12_500_00,
        "as_of": today.isoformat(),
        "words": "bilag 3",
    }
    answer = secretariat.post(path, given, once="en")
    assert answer.status_code == 200, answer.text
    assert secretariat.post(path, given, once="en").get_json() == answer.get_json()
    told = next(item for item in secretariat.read(path)["items"] if item["year"] == today.year)
    assert (told["agreed"], told["told"], told["left"], told["currency"]) == (40_000_00, 12_500_00, 27_500_00, "DKK")
    assert secretariat.post(path, given | {"name": "kurser"}).status_code == 422
    assert neighbour.get(path).status_code == 404
    own = f"/municipalities/{world.there.code}/follow-ups"
    assert neighbour.read(own)["items"] == []
    assert neighbour.post(own, given).status_code == 404, "DRC tells"


def test_what_is_not_agreed_is_not_told(app: Flask, world: World, agreement_id: UUID) -> None:
    other = Subject(1999, FollowedKind.EARMARK, "dokumentation")
    with acting(app, EMPTY, world.secretariat, Office.DRC), pytest.raises(Invalid):
        telling.tell(EMPTY, other, 1, day_of(now()), "bilag 3", world.secretariat)
    with acting(app, EMPTY):
        assert db.session.scalar(select(FollowUp.id)) is None
