"""The life of a cooperation agreement that is made here: both approve, or it comes to nothing and is a draft again."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, g
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from service.desk.monday import queries as monday
from service.network.cooperation import deciding, drafting, offering, operations, queries
from service.network.cooperation.models import CooperationDecision, CooperationOffer
from service.network.cooperation.rules import PURPOSE, OfferAct, OfferParty, OfferState, OfferWay, OwnHand
from service.network.networks import operations as networks
from service.platform.documents import queries as papers
from service.platform.documents.models import Document
from service.platform.documents.operations import check
from service.platform.documents.rules import Standing, StandingState
from service.platform.ledger.models import LedgerEntry
from service.platform.notices.models import Notice
from service.platform.paper_log.checking import check_number
from service.platform.web import links
from service.platform.web.errors import Conflict, Invalid, Refusal
from service.platform.web.links import DeadLink
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of
from tenants.database import db, now, transaction, uuid7
from tenants.reach import Office, Reach, clock, door
from tests.support.cooperation import CONTACT, paper_made, whole_draft
from tests.support.verapdf import assert_conforms
from tests.support.world import HERE, THERE, World, group_of

TOLD = "Kim ringede tirsdag og sagde ja."


@dataclass
class Deal:
    """A group at home HERE with an agreement that is offered, and who acts."""

    app: Flask
    world: World
    group_id: UUID
    offer_id: UUID
    sha256: str

    @contextmanager
    def acting(self, office: Office = Office.DRC, who: UUID | None = None) -> Iterator[None]:
        """Act HERE: by default DRC's consultant."""
        who = self.world.consultant if office is Office.DRC and who is None else who
        with self.app.app_context(), acting_for(Reach(office, frozenset({HERE}), who)), transaction():
            yield

    def now(self) -> str:
        with self.acting(Office.CLOCK):
            return queries.offer(self.offer_id).state

    def link(self) -> tuple[UUID, str]:
        """A link that was mailed anew, and its code."""
        with self.acting():
            row, code = offering.send_link(self.offer_id)
            assert row.link_id
            return row.link_id, code

    def answer(self, link_id: UUID, act: OfferAct = OfferAct.APPROVED, **given: Any) -> None:
        given = {"consent": True, "reason": "", "sha256": self.sha256, **given}
        with self.app.test_request_context(), acting_for(Reach(Office.LINK, frozenset({HERE}))), transaction():
            g.link = links.Link(PURPOSE, (HERE,), link_id)
            deciding.answer_by_link(link_id, act, given)

    def approve(self, who: UUID | None = None) -> None:
        """Approve for DRC: by default another than the consultant, who drafts, sends links and notes answers."""
        who = who or self.world.secretariat
        with self.acting(who=who):
            deciding.approve(self.offer_id, who, self.sha256)

    def follow_up(self) -> None:
        with self.app.app_context():
            with acting_for(clock([HERE])), transaction():
                owed = queries.untold()
            for code, offer_id in owed:
                deciding.follow_up(code, offer_id)

    def stands(self) -> Standing | None:
        """What whoever holds the paper is told of it."""
        with self.acting(Office.CLOCK):
            document_id = queries.offer(self.offer_id).document_id
            assert document_id
            paper = papers.document(document_id)
            number, mark = paper.number, paper.fingerprint or ""
        with self.app.app_context(), acting_for(door()):
            return check_number(number, mark).standing

    def mails(self) -> list[Notice]:
        with self.acting(Office.CLOCK):
            query = select(Notice).where(Notice.about.startswith(f"cooperation:{self.offer_id}"))
            return list(db.session.scalars(query.order_by(Notice.id)))


def drafted(app: Flask, world: World, group_id: UUID, **changes: Any) -> UUID:
    """A whole draft."""
    consultant = Reach(Office.DRC, frozenset({HERE}), world.consultant)
    with app.app_context(), acting_for(consultant), transaction():
        return whole_draft(group_id, world.consultant, **changes).id


def offered(app: Flask, world: World, group_id: UUID, **changes: Any) -> Deal:
    """The same, offered, with its paper."""
    offer_id = drafted(app, world, group_id, **changes)
    deal = Deal(app, world, group_id, offer_id, "")
    with deal.acting():
        offering.offer(offer_id, world.consultant)
    with app.app_context():
        paper_made(HERE, offer_id)
        assert not offering.make_paper(HERE, offer_id, 60), "once"
    with deal.acting(Office.CLOCK):
        document_id = queries.offer(offer_id).document_id
        assert document_id
        deal.sha256 = papers.document(document_id).sha256
    return deal


@pytest.fixture
def group_id(app: Flask, world: World) -> UUID:
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        given = group_of("Venneforeningen", HERE, THERE)
        return networks.create(given | {"themes": ["language_cafe"]}).id


@pytest.fixture
def deal(app: Flask, world: World, group_id: UUID) -> Deal:
    return offered(app, world, group_id, group_duties="at holde åbent hver torsdag\n")


def test_the_contact_approves_by_link_and_code_and_drc_concludes(deal: Deal) -> None:
    link_id, code = deal.link()
    mail = deal.mails()[0]
    assert (mail.recipient, code in mail.subject + mail.body) == (CONTACT["email"], False), "the code is in no mail"
    token = re.search(r"/samarbejdsaftale/(\S+)", mail.body)
    assert token is not None
    with deal.app.app_context():
        assert links.read(PURPOSE, token[1], 7).id == link_id
    deal.answer(link_id, code=code)
    assert deal.now() == OfferState.ACCEPTED
    deal.follow_up()
    deal.approve()
    deal.follow_up()
    deal.follow_up()
    assert [mail.recipient for mail in deal.mails()] == [
        CONTACT["email"],
        "konsulent@drc.example",
        CONTACT["email"],
    ], "each state once"
    with deal.acting():
        row = queries.offer(deal.offer_id)
        [term] = queries.of_group(deal.group_id)
        assert (row.state, row.cooperation_id, term.starts_on, term.ends_on) == (
            "concluded",
            term.id,
            row.starts_on,
            None,
        )
        decided = [(each.party, each.act, each.way, each.person_name) for each in queries.decisions(row)]
        assert decided[1:] == [
            ("group", "approved", "link", "Kim Kontakt"),
            ("drc", "approved", "account", decided[2][3]),
        ]
        paper = papers.document(row.document_id or UUID(int=0), content=True)
        assert (paper.number, paper.kind, paper.unsealed_size is not None) == (row.number, "cooperation", True)
        said = str(paper.facts["clauses"])
        assert len(paper.facts["clauses"]) == 16
        for words in ("hver torsdag", "Kim Kontakt", "Fri samtale", "CVR-nr. 20699310"):
            assert words in said
        assert_conforms(paper.content)
        found = check(paper.content)
        assert found.exact
        assert found.paper is not None
        assert found.paper.number == row.number
    assert deal.stands() is None, "in force"


def test_no_municipality_reads_any_of_it(deal: Deal) -> None:
    rows = (
        select(CooperationOffer).where(CooperationOffer.group_id == deal.group_id),
        select(CooperationDecision).where(CooperationDecision.offer_id == deal.offer_id),
        select(Document).where(Document.kind == "cooperation"),
    )
    for office, expected in ((Office.MUNICIPALITY, [0, 0, 0]), (Office.DRC, [1, 1, 1]), (Office.LINK, [1, 1, 1])):
        with deal.acting(office):
            assert [len(db.session.scalars(each).all()) for each in rows] == expected, office
    with deal.acting(Office.MUNICIPALITY):
        assert db.session.scalars(select(Document)).first() is not None, "the control: its own papers it reads"
        entries = db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.number)).all()
        assert entries
        assert not [each for each in entries if "cooperation" in str((each.act, each.details))]


def test_a_code_is_tried_a_few_times_and_a_new_link_ends_the_one_before(deal: Deal) -> None:
    first, code = deal.link()
    for _ in range(5):
        with pytest.raises(Invalid) as wrong:
            deal.answer(first, code="000000" if code != "000000" else "000001")
        assert list(wrong.value.errors) == ["code"]
    with pytest.raises(Invalid):
        deal.answer(first, code=code)
    second, code = deal.link()
    with pytest.raises(DeadLink):
        deal.answer(first, code=code)
    with pytest.raises(Invalid) as unread:
        deal.answer(second, code=code, consent=False)
    assert list(unread.value.errors) == ["consent"]
    with pytest.raises(Refusal):
        deal.answer(second, code=code, sha256="0" * 64)
    deal.answer(second, code=code)
    with pytest.raises(Conflict):
        deal.answer(second, code=code)


def test_twenty_approvals_at_once_give_one(deal: Deal) -> None:
    link_id, code = deal.link()
    deal.answer(link_id, code=code)
    ready, found = threading.Barrier(20), []

    def one() -> None:
        try:
            ready.wait()
            deal.approve()
            found.append("yes")
        except Conflict:
            found.append("conflict")

    threads = [threading.Thread(target=one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(found) == ["conflict"] * 19 + ["yes"]
    with deal.acting():
        assert len(queries.of_group(deal.group_id)) == 1
        count = select(func.count()).where(CooperationDecision.act == "approved", CooperationDecision.party == "drc")
        assert db.session.scalar(count) == 1


def test_what_the_contact_has_told_somebody_else_of_drc_approves(deal: Deal) -> None:
    with deal.acting(), pytest.raises(Invalid):
        deciding.note_answer(deal.offer_id, OfferAct.APPROVED, deal.world.consultant, deal.sha256, " ")
    with deal.acting():
        deciding.note_answer(deal.offer_id, OfferAct.APPROVED, deal.world.consultant, deal.sha256, TOLD)
    with pytest.raises(Refusal):
        deal.approve(deal.world.consultant)
    deal.approve()
    with deal.acting():
        row = queries.offer(deal.offer_id)
        theirs = queries.decisions(row)[1]
        assert (row.state, theirs.way, theirs.person_id, theirs.note) == (
            "concluded",
            "told",
            deal.world.consultant,
            TOLD,
        )


def test_who_sent_the_link_or_wrote_the_address_does_not_approve(deal: Deal) -> None:
    consultant, mine = deal.world.consultant, CooperationOffer.id == deal.offer_id
    link_id, code = deal.link()
    deal.answer(link_id, code=code)
    with deal.acting():
        row = queries.offer(deal.offer_id)
        assert (row.link_sent_by, row.address_by) == (consultant, consultant), "as PostgreSQL wrote it"
        assert deciding.own_hand(row, consultant) is OwnHand.SENT
        assert deciding.own_hand(row, deal.world.secretariat) is None
    with pytest.raises(Refusal, match="sendt linket"):
        deal.approve(consultant)
    with deal.acting():
        row = queries.offer(deal.offer_id)
        approved = (OfferParty.DRC, OfferAct.APPROVED, OfferWay.ACCOUNT, consultant)
        deciding.decide(row, *approved, words="Godkendt.", sha256=deal.sha256)
        with pytest.raises(DBAPIError, match="InsufficientPrivilege"):
            db.session.execute(update(CooperationOffer).where(mine).values(state=OfferState.CONCLUDED))
        db.session.rollback()
    # The same answer by a link that another has sent: the address is what is left.
    with deal.acting(Office.CLOCK):
        db.session.execute(update(CooperationOffer).where(mine).values(link_id=uuid7()))
    with pytest.raises(Refusal, match="mailadresse"):
        deal.approve(consultant)
    with deal.acting(Office.CLOCK):
        long_ago = now() - dt.timedelta(days=31)
        db.session.execute(update(CooperationOffer).where(mine).values(address_at=long_ago))
    deal.approve(consultant)
    assert deal.now() == OfferState.CONCLUDED


def test_the_address_is_whose_who_wrote_it_last(app: Flask, world: World, group_id: UUID) -> None:
    offer_id = drafted(app, world, group_id)
    deal = Deal(app, world, group_id, offer_id, "")

    def changed(**contact: str) -> tuple[UUID | None, dt.datetime | None]:
        with deal.acting(who=world.secretariat):
            row = queries.offer(offer_id)
            given = {**row.terms, "starts_on": row.starts_on, "group_contact": {**CONTACT, **contact}}
            row = drafting.change(offer_id, given, world.secretariat)
            return row.address_by, row.address_at

    assert changed(name="Kim K. Kontakt")[0] == world.consultant, "the address is the same"
    assert changed(email=CONTACT["email"].upper())[0] == world.consultant
    by, at = changed(email="kim@gruppen.example")
    assert by == world.secretariat
    assert at is not None
    with deal.acting():
        offering.offer(offer_id, world.consultant)
        deciding.withdraw(offer_id, world.consultant, "Forkert dag.")
        again = queries.offers(group_id)[0]
        assert (again.state, again.address_by, again.address_at) == ("draft", by, at), "as in the one before"
        drafting.discard(again.id)
        anew = drafting.begin(group_id, world.consultant)
        assert (anew.address_by, anew.address_at) == (by, at)


@pytest.mark.parametrize("how", ["link", "told", "withdrawn"])
def test_what_comes_to_nothing_is_a_draft_again(deal: Deal, how: str) -> None:
    link_id, code = deal.link()
    if how == "link":
        with pytest.raises(Invalid):
            deal.answer(link_id, OfferAct.DECLINED, code=code)
        deal.answer(link_id, OfferAct.DECLINED, code=code, reason="Vi vil have kurser.")
    else:
        with deal.acting():
            who = deal.world.consultant
            if how == "told":
                deciding.note_answer(deal.offer_id, OfferAct.DECLINED, who, "", "Kim vil have kurser.")
            else:
                deciding.withdraw(deal.offer_id, who, "Forkert dag.")
    deal.follow_up()
    with deal.acting():
        draft, before = queries.offers(deal.group_id)
        assert (draft.state, draft.terms) == ("draft", before.terms)
        assert (before.state, before.cooperation_id) == ("withdrawn" if how == "withdrawn" else "declined", None)
        assert queries.of_group(deal.group_id) == []
        draft_id = draft.id
    assert deal.stands() == Standing(StandingState.NOT_AGREED)
    last = deal.mails()[-1]
    assert last.recipient == (CONTACT["email"] if how == "withdrawn" else "konsulent@drc.example")
    with pytest.raises((DeadLink, Conflict)):
        deal.answer(link_id, code=code)
    with deal.acting():
        assert offering.offer(draft_id, deal.world.consultant).state == OfferState.PREPARING


def concluded(deal: Deal) -> Deal:
    """The same, concluded."""
    link_id, code = deal.link()
    deal.answer(link_id, code=code)
    deal.approve()
    return deal


def test_a_newer_one_takes_over_and_its_paper_says_so(app: Flask, world: World, group_id: UUID) -> None:
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        operations.note(
            group_id, {"signed_on": first_of(now().date()) - dt.timedelta(days=400), "starts_on": None, "ends_on": None}
        )
    first_day = first_of(day_of(now()))
    older = concluded(offered(app, world, group_id, starts_on=first_day - dt.timedelta(days=1)))
    with pytest.raises(Invalid) as early:
        drafted(app, world, group_id, starts_on=first_day - dt.timedelta(days=1))
    assert "starts_on" in early.value.errors
    newer = concluded(offered(app, world, group_id, starts_on=first_day))
    with newer.acting():
        terms = [(each.starts_on, each.ends_on) for each in queries.of_group(group_id)]
        assert terms[:2] == [(first_day, None), (first_day - dt.timedelta(days=1), first_day - dt.timedelta(days=1))]
        number = queries.offer(newer.offer_id).number
        before = first_day - dt.timedelta(days=1)
        assert queries.held_on(first_day, [group_id]) == {group_id: (number, None)}
        assert queries.held_on(before, [group_id]) == {group_id: (queries.offer(older.offer_id).number, before)}
        assert queries.held_on(dt.date(2000, 1, 1), [group_id]) == {}
    assert older.stands() == Standing(StandingState.SUPERSEDED, first_day, number)


@pytest.mark.parametrize("party", OfferParty)
def test_notice_ends_it_and_tells_the_contact(deal: Deal, party: OfferParty) -> None:
    concluded(deal)
    with deal.acting(), pytest.raises(Invalid):
        deciding.give_notice(deal.offer_id, party, deal.world.consultant, "Gruppen holder op.", dt.date(2199, 1, 1))
    with deal.acting(), pytest.raises(Invalid):
        deciding.give_notice(deal.offer_id, party, deal.world.consultant, "Gruppen holder op.", dt.date(2020, 1, 1))
    with deal.acting():
        deciding.give_notice(deal.offer_id, party, deal.world.consultant, "Gruppen holder op.")
    deal.follow_up()
    with deal.acting():
        [term] = queries.of_group(deal.group_id)
        assert term.ends_on is not None
        assert (term.ends_on + dt.timedelta(days=1)).day == 1
        last = term.ends_on
    assert deal.stands() == Standing(StandingState.UNDER_NOTICE, last)
    assert deal.mails()[-1].recipient == CONTACT["email"]
    assert "opsagt" in deal.mails()[-1].subject


def test_of_what_is_over_no_notice_is_given(deal: Deal) -> None:
    concluded(deal)
    with deal.acting():
        [term] = queries.of_group(deal.group_id)
        term.starts_on, term.ends_on = dt.date(2020, 1, 1), dt.date(2020, 6, 30)
    with deal.acting(), pytest.raises(Conflict):
        deciding.give_notice(deal.offer_id, OfferParty.DRC, deal.world.consultant, "Gruppen holder op.")


def test_a_group_does_not_answer_at_drcs_address(deal: Deal) -> None:
    with deal.acting():
        terms = queries.offer(deal.offer_id).terms
        same = terms | {"group_contact": terms["group_contact"] | {"email": terms["drc_contact"]["email"].upper()}}
        assert "group_contact-email" not in drafting.faults(deal.group_id, terms)
        assert "group_contact-email" in drafting.faults(deal.group_id, same)


def lines(deal: Deal, kind: str) -> list[str]:
    with deal.acting(Office.CLOCK):
        today = day_of(now())
        return [line.subject for one in monday.gathered({HERE}, today) if one.kind == kind for line in one.lines]


def test_monday_tells_of_what_waits(deal: Deal) -> None:
    link_id, code = deal.link()
    assert lines(deal, "cooperation_unanswered") == []
    with deal.acting(Office.CLOCK):
        db.session.execute(update(CooperationOffer).values(link_sent_at=now() - dt.timedelta(days=15)))
    assert lines(deal, "cooperation_unanswered") == [str(deal.group_id)]
    deal.answer(link_id, code=code)
    assert (lines(deal, "cooperation_unanswered"), lines(deal, "cooperation_to_approve")) == ([], [str(deal.group_id)])
    assert str(deal.group_id) in lines(deal, "cooperation"), "none holds yet"
    deal.approve()
    assert lines(deal, "cooperation_to_approve") == []


def test_monday_tells_of_what_was_declined_until_the_draft_is_changed(deal: Deal) -> None:
    with deal.acting():
        deciding.note_answer(deal.offer_id, OfferAct.DECLINED, deal.world.consultant, "", "Kim vil have kurser.")
    deal.follow_up()
    assert lines(deal, "cooperation_declined") == [str(deal.group_id)]
    with deal.acting():
        draft = queries.offers(deal.group_id)[0]
        days = {"starts_on": draft.starts_on, "ends_on": None}
        drafting.change(draft.id, {**draft.terms, **days, "drc_duties": "at holde et kursus"}, deal.world.consultant)
    assert lines(deal, "cooperation_declined") == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"municipality_codes": [THERE, "0101"]}, "municipality_codes"),
        ({"municipality_codes": []}, "municipality_codes"),
        ({"activities": ["homework"]}, "activities"),
        ({"distinctions": []}, "distinctions"),
        ({"ends_on": dt.date(2020, 1, 1)}, "ends_on"),
        ({"group_contact": {**CONTACT, "email": ""}}, "group_contact-email"),
    ],
)
def test_what_cannot_be_agreed_is_refused_by_field(
    app: Flask, world: World, group_id: UUID, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        drafted(app, world, group_id, **wrong)
    assert list(refused.value.errors) == [field]


def test_another_territorys_consultant_does_nothing(deal: Deal) -> None:
    elsewhere = Reach(Office.DRC, frozenset({"0101"}), deal.world.consultant)
    with deal.app.app_context(), acting_for(elsewhere), transaction(), pytest.raises(Refusal):
        drafting.begin(deal.group_id, deal.world.consultant)


def test_postgresql_holds_to_the_steps(deal: Deal) -> None:
    for office, change in (
        (Office.LINK, "state = 'concluded'"),
        (Office.LINK, "state = 'accepted'"),
        (Office.LINK, "terms = '{}'"),
        (Office.DRC, "state = 'accepted'"),
        (Office.DRC, "facts = '{}'"),
        (Office.DRC, "state = 'concluded'"),
        (Office.DRC, "address_by = NULL"),
    ):
        with pytest.raises(DBAPIError, match="InsufficientPrivilege"), deal.acting(office):
            db.session.execute(text(f"UPDATE cooperation_offers SET {change}"))
