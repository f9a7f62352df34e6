"""An agreement that was signed on paper is taken in: as it stands there, for its days, and nothing that was issued changes."""

from __future__ import annotations

import base64
import datetime as dt
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from service.activity.activities import totals
from service.partnership.agreements import addenda, intake, letters, queries
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.rules import AgreementState, Signature
from service.partnership.duties import operations as duties
from service.partnership.duties.models import OwedDuty
from service.partnership.partnerships import operations as drafts
from service.partnership.partnerships.schemas import fields_of
from service.platform.documents import scans
from service.platform.documents.models import Document
from service.platform.ledger.models import LedgerEntry
from service.platform.notices.models import Notice
from service.platform.web.errors import Conflict, Invalid, Refusal
from tenants import periods
from tenants.acting import acting_for
from tenants.calendar import day_of, month_after, months_back
from tenants.database import db, now, transaction, uuid7
from tenants.reach import Office, Reach
from tenants.scope import AgreedActivity, Every, Frequency, Payment, Scope
from tests.api.conftest import Program
from tests.support.pages import token_of
from tests.support.world import EMPTY, World, key_of, scope, sign_in

pytestmark = pytest.mark.usefixtures("app")
SIGNED = {
    "municipality": Signature("Inger Madsen", "borgmester", dt.date(2010, 12, 15)),
    "drc": Signature("Ole Friis", "generalsekretær", dt.date(2010, 12, 20)),
}


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, encryption: pikepdf.Encryption | None = None) -> bytes:
    """A page, as a scanner makes it."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        if change:
            change(made)
        made.save(out, static_id=True, encryption=encryption or False)
    return out.getvalue()


SCAN = pdf()


@contextmanager
def acting(app: Flask, code: str, who: UUID | None = None, office: Office = Office.DRC) -> Iterator[None]:
    """Act in a municipality, in a context of one's own."""
    with app.app_context(), acting_for(Reach(office, frozenset({code}), who)), transaction():
        yield


def term(first: str, last: str) -> Scope:
    """A scope of those days, without payment."""
    starts_on, ends_on = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    agreed = AgreedActivity("homework_help", "Biblioteket", Frequency(1, Every.WEEK), starts_on, ends_on)
    return replace(
        scope(day_of(now()), "papir"),
        starts_on=starts_on,
        ends_on=ends_on,
        activities=(agreed,),
        targets=(),
        payment=Payment(),
    )


def take_in(app: Flask, code: str, who: UUID, wanted: Scope, signed: intake.Signed = SIGNED) -> UUID:
    """Draft a scope and take it in."""
    with acting(app, code, who):
        drafts.discard(code)
        drafts.keep(code, fields_of(wanted), wanted, who)
        return intake.take_in_draft(code, signed, SCAN, who).id


def test_a_term_that_is_long_past_is_taken_in_through_the_page(app: Flask, world: World) -> None:
    wanted, page = term("2011-01-01", "2014-12-31"), f"/kommuner/{EMPTY}/aftaler/papir"
    with acting(app, EMPTY, world.secretariat):
        drafts.keep(EMPTY, fields_of(wanted), wanted, world.secretariat)
    client = sign_in(app.test_client(), "sekretariat@drc.example")
    shown = client.get(page).text
    sent = {
        "csrf_token": token_of(shown),
        **{f"{party}-{part}": str(getattr(one, part)) for party, one in SIGNED.items() for part in one.__slots__},
    }
    without = client.post(page, data=sent)
    assert without.status_code == 422
    assert "Vælg filen med scanningen." in without.text
    answer = client.post(page, data={**sent, "scan": (io.BytesIO(SCAN), "aftale.pdf")})
    assert answer.status_code == 302, answer.text
    read = client.get(answer.location).text
    assert "Underskrevet på papir" in read
    assert "Inger Madsen" in read
    assert "Ingen har godkendt den i denne tjeneste" in read
    assert "På papir" in client.get(f"/kommuner/{EMPTY}/aftaler").text
    assert client.get(page).text.count('type="file"') == 0, "the draft is gone"
    with acting(app, EMPTY):
        (found,) = db.session.scalars(queries.agreements(EMPTY))
        assert found.document_id is not None
        paper = db.session.get_one(Document, (EMPTY, found.document_id))
        assert (paper.kind, paper.content, paper.number) == ("scan", SCAN, found.number)
        assert queries.decisions(found) == [], "nobody approved it here"
        assert [(each.valid_from, each.valid_to) for each in periods.history(EMPTY)] == [
            (dt.date(2011, 1, 1), dt.date(2015, 1, 1))
        ]
        assert periods.in_force(EMPTY, day_of(now())) is None
        acts = set(db.session.scalars(select(LedgerEntry.act).where(LedgerEntry.municipality_code == EMPTY)))
        assert {"agreement.taken_in", "document.taken_in", "scope.put_in_force"} <= acts
        agreement_id = found.id
    assert client.get(f"/kommuner/{EMPTY}/aftaler/{agreement_id}/samlet").status_code == 404, "it has no clause of ours"
    with app.app_context():
        told = Program(app.test_client(), key_of(world.secretariat)).get(f"/agreements/{agreement_id}").get_json()
    assert told["taken_in"]["drc"] == {"name": "Ole Friis", "title": "generalsekretær", "signed_on": "2010-12-20"}
    assert (told["state"], told["validity"]["stage"], told["decisions"]) == ("concluded", "over", [])


def test_a_program_takes_one_in_and_the_municipality_is_told(app: Flask, world: World) -> None:
    here, wanted = world.here, term("2011-01-01", "2014-12-31")
    with acting(app, here.code, world.secretariat):
        drafts.discard(here.code)
        draft = drafts.keep(here.code, fields_of(wanted), wanted, world.secretariat).id
    with app.app_context():
        program = Program(app.test_client(), key_of(world.secretariat))
        manager = Program(app.test_client(), key_of(here.manager))
    signed = {
        party: {"name": one.name, "title": one.title, "signed_on": one.signed_on.isoformat()}
        for party, one in SIGNED.items()
    }
    body = {**signed, "scan": base64.b64encode(SCAN).decode()}
    assert manager.post(f"/agreements/{draft}/take-in", body).status_code == 404
    assert program.post(f"/agreements/{draft}/take-in", {**body, "scan": "%%"}).status_code == 422
    assert program.post(f"/agreements/{draft}/take-in", body).status_code == 200
    with app.app_context():
        letters.tell(here.code, draft)
    with acting(app, here.code, office=Office.CLOCK):
        mails = db.session.scalars(select(Notice).where(Notice.about == f"agreement:{draft}:concluded")).all()
    assert {mail.recipient for mail in mails} == {f"leder.{here.code}@kommune.example"}
    assert all("papir" in mail.subject for mail in mails)


def test_no_figure_that_was_issued_changes(app: Flask, world: World) -> None:
    """What is taken in takes the days of a closed month over; its figures stay as they were, and so does every paper."""
    here, months = world.here, months_back(world.month, 13)

    def issued() -> tuple[object, ...]:
        with acting(app, here.code):
            papers = db.session.execute(
                select(Document.id, Document.sha256).where(Document.kind != "scan").order_by(Document.id)
            ).all()
            closed = {month: (row.counted, row.included) for month, row in _closed(here.code, months).items()}
            return papers, closed, totals.figures(here.code, months)

    before = issued()
    with acting(app, here.code):
        (running,) = [each for each in periods.history(here.code) if each.valid_to > day_of(now())]
        last = running.valid_to
    first = max(month_after(world.month, -2), running.valid_from + dt.timedelta(days=1))
    found = take_in(app, here.code, world.secretariat, term(first.isoformat(), last.isoformat()))
    assert issued() == before
    assert before[1], "the control: there are closed months"
    with acting(app, here.code):
        period = periods.in_force(here.code, world.month)
        assert period is not None
        assert period.agreement_id == found, "the control: they lie in what was taken in"


def _closed(code: str, months: tuple[dt.date, ...]) -> totals.Closed:
    return totals.closed_months(code, months[0], months[-1])


def test_nothing_was_owed_before_the_service_knew_of_it(app: Flask, world: World) -> None:
    found = take_in(
        app, EMPTY, world.secretariat, term(f"{day_of(now()).year - 2}-01-01", f"{day_of(now()).year + 5}-12-31")
    )
    today = day_of(now())
    with acting(app, EMPTY, office=Office.CLOCK):
        assert duties.bring_up(EMPTY, today) > 0
        due = db.session.scalars(select(OwedDuty.due_on).where(OwedDuty.agreement_id == found)).all()
    assert min(due) >= today


def test_no_addendum_changes_words_that_we_do_not_have(app: Flask, world: World) -> None:
    year = day_of(now()).year
    agreement_id = take_in(app, EMPTY, world.secretariat, term(f"{year}-01-01", f"{year + 1}-12-31"))
    page = sign_in(app.test_client(), "sekretariat@drc.example").get(f"/kommuner/{EMPTY}/aftaler/{agreement_id}").text
    assert "/tillaeg" not in page
    with pytest.raises(Refusal, match="underskrevet på papir"), acting(app, EMPTY, world.secretariat):
        addenda.draft(agreement_id, dt.date(year + 1, 1, 1), world.secretariat)


def test_what_stands_in_the_way_is_told(app: Flask, world: World) -> None:
    here = world.here
    with acting(app, here.code):
        (running,) = [each for each in periods.history(here.code) if each.agreement_id == here.agreement]
        first, number = running.valid_from, queries.agreement(here.agreement).number
    day = dt.timedelta(days=1)
    with pytest.raises(Conflict, match="samme dag"):
        take_in(app, here.code, world.secretariat, term(first.isoformat(), (first + day).isoformat()))
    with pytest.raises(Conflict, match=number):
        take_in(app, here.code, world.secretariat, term((first + day).isoformat(), (first + 2 * day).isoformat()))
    tomorrow = {**SIGNED, "drc": Signature("Ole Friis", "", day_of(now()) + day)}
    with pytest.raises(Invalid) as refused:
        take_in(app, here.code, world.secretariat, term("2011-01-01", "2014-12-31"), signed=tomorrow)
    assert list(refused.value.errors) == ["drc-signed_on"]


def _attach(made: pikepdf.Pdf) -> None:
    made.attachments["bilag.txt"] = pikepdf.AttachedFileSpec(made, b"noget andet")


def _run(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


@pytest.mark.parametrize(
    ("scan", "why"),
    [
        (b"", "missing"),
        (b"PK\x03\x04 no pdf", "other"),
        (b"%PDF-1.7 and no more", "broken"),
        (b"%PDF-" + b"0" * scans.MAX_BYTES, "large"),
        (pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "password"),
        (pdf(_attach), "active"),
        (pdf(_run), "active"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_scan_is_refused_with_the_reason(app: Flask, scan: bytes, why: str) -> None:
    with app.test_request_context():
        with pytest.raises(Refusal) as refused:
            scans.look_through(scan)
        assert refused.value.message == str(scans.REASONS[why]) % {"megabytes": 10, "pages": 300}


def test_control_a_scan_is_taken(app: Flask) -> None:
    with app.app_context():
        assert scans.look_through(SCAN) == 1


@pytest.mark.parametrize("office", [Office.DRC, Office.MUNICIPALITY])
def test_control_postgresql_lets_nobody_begin_a_concluded_agreement_without_a_scan(
    app: Flask, world: World, office: Office
) -> None:
    here = world.here
    who = world.secretariat if office is Office.DRC else here.manager
    begun = Agreement(
        municipality_code=here.code,
        id=uuid7(),
        number=f"{here.code}-2026-9999",
        state=AgreementState.CONCLUDED,
        stored_scope={},
        facts={},
        starts_on=dt.date(2011, 1, 1),
        ends_on=dt.date(2011, 1, 2),
        document_id=here.statement_document,
        created_by=who,
        created_at=now(),
        work_state="done",
    )
    with pytest.raises(ProgrammingError, match="takes it in with its scan"), acting(app, here.code, who, office):
        db.session.add(begun)
