"""An agreement ends before its term: both agree on a day, or one ends it for breach; what follows, who is told, and the paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from service.desk.monday import queries as monday
from service.partnership.agreements import end_queries, ending, ending_paper, letters, queries
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.rules import AgreementState, EndState, EndWay, Party
from service.partnership.agreements.settling import Settlement
from service.partnership.agreements.validity import End
from service.platform.documents import queries as papers
from service.platform.documents.models import Document
from service.platform.notices.models import Notice
from service.platform.web.errors import Conflict, Invalid, NotFound, Refusal
from tenants import periods
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import Office, Reach
from tests.api.conftest import Program
from tests.support.verapdf import assert_conforms
from tests.support.world import World, key_of

pytestmark = pytest.mark.usefixtures("app")
MANAGER, SECRETARIAT, CONSULTANT = "leder.0580@kommune.example", "sekretariat@drc.example", "konsulent@drc.example"
DAY, WHY = dt.timedelta(days=1), "Kommunen omlægger indsatsen."


class Two:
    """The two parties of the world's agreement."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.code, self.agreement = app, world.here.code, world.here.agreement
        self.people = {Party.MUNICIPALITY: world.here.manager, Party.DRC: world.secretariat}
        self.today = day_of(now())

    @contextmanager
    def acting(self, party: Party | None = None) -> Iterator[None]:
        """Act for a party, or unattended."""
        office = Office(party) if party else Office.CLOCK
        who = self.people[party] if party else None
        with self.app.app_context(), acting_for(Reach(office, frozenset({self.code}), who)), transaction():
            yield

    def propose(self, party: Party, day: dt.date, settlement: Settlement = Settlement.BY_DAYS) -> None:
        with self.acting(party):
            ending.propose(self.agreement, party, self.people[party], WHY, last_day=day, settlement=settlement)

    def answer(self, party: Party, to: EndState, remark: str = "") -> None:
        with self.acting(party):
            ending.answer(self.agreement, party, self.people[party], to, remark)

    def state(self) -> tuple[str, End, dt.date]:
        """The agreement's state, why it ends, and its last day, by its own page and by the periods."""
        with self.acting():
            row = queries.agreement(self.agreement)
            found = queries.validities([row], self.today)[row.id]
            period = periods.in_force(self.code, found.last_day)
            assert period
            assert (period.agreement_id, period.valid_to) == (row.id, found.last_day + DAY)
            return row.state, found.end, found.last_day

    def told(self, about: str) -> list[str]:
        """Who has been told, all told."""
        for _twice in range(2):
            with self.app.app_context():
                letters.tell(self.code, self.agreement)
        with self.acting():
            return sorted(db.session.scalars(select(Notice.recipient).where(Notice.about.startswith(about))))

    def listed(self) -> set[str]:
        """What of ends stands on the Monday list."""
        with self.app.app_context(), acting_for(Reach(Office.CLOCK, frozenset({self.code}), None)), transaction():
            kinds = {one.kind for one in monday.gathered({self.code}, self.today)}
        return kinds & {"ends_proposed_to_drc", "ends_proposed_by_drc"}


@pytest.fixture
def two(app: Flask, world: World) -> Two:
    return Two(app, world)


@pytest.mark.parametrize(("first", "other"), [(Party.DRC, Party.MUNICIPALITY), (Party.MUNICIPALITY, Party.DRC)])
def test_what_one_proposes_and_the_other_agrees_to_ends_the_agreement(two: Two, first: Party, other: Party) -> None:
    before, last = two.state(), two.today + 40 * DAY
    two.propose(first, last)
    assert two.state() == before, "a proposal ends nothing"
    assert two.listed() == {"ends_proposed_to_drc" if first is Party.MUNICIPALITY else "ends_proposed_by_drc"}
    assert two.told("agreement_end:") == [MANAGER if other is Party.MUNICIPALITY else SECRETARIAT]
    with pytest.raises(NotFound):
        two.answer(first, EndState.FINAL)
    with pytest.raises(NotFound):
        two.answer(other, EndState.WITHDRAWN)
    with pytest.raises(Conflict):
        two.propose(other, last + DAY)
    two.answer(other, EndState.FINAL)
    assert two.state() == (AgreementState.ENDED_EARLY, End.AGREED, last)
    assert two.listed() == set()
    assert two.told(f"agreement:{two.agreement}:ended_") == sorted((MANAGER, SECRETARIAT, CONSULTANT))
    with pytest.raises(Conflict):
        two.answer(other, EndState.FINAL)


def test_a_proposal_is_declined_with_a_reason_or_withdrawn_and_can_be_made_again(two: Two) -> None:
    before = two.state()
    two.propose(Party.DRC, two.today + 40 * DAY)
    with pytest.raises(Invalid):
        two.answer(Party.MUNICIPALITY, EndState.DECLINED)
    two.answer(Party.MUNICIPALITY, EndState.DECLINED, "Vi vil gerne fortsætte.")
    two.propose(Party.DRC, two.today + 50 * DAY)
    two.propose(Party.DRC, two.today + 60 * DAY)  # in place of its own
    two.answer(Party.DRC, EndState.WITHDRAWN)
    two.propose(Party.MUNICIPALITY, two.today + 70 * DAY)
    with two.acting():
        states = [end.state for end in end_queries.ends(queries.agreement(two.agreement))]
    assert states[1:] == [EndState.DECLINED, EndState.WITHDRAWN, EndState.WITHDRAWN, EndState.PROPOSED]
    assert two.state() == before


def test_an_early_end_lies_ahead_and_before_the_last_day(two: Two) -> None:
    _state, _end, last = two.state()
    for day in (two.today - DAY, last, last + DAY):
        with pytest.raises(Invalid):
            two.propose(Party.DRC, day)
    two.propose(Party.DRC, two.today)
    two.propose(Party.DRC, last - DAY)


def test_what_was_proposed_cannot_be_agreed_to_when_its_day_has_passed(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    two.propose(Party.DRC, two.today)
    tomorrow = dt.datetime.combine(two.today + DAY, dt.time(12), dt.UTC)
    with monkeypatch.context() as later:
        later.setattr(ending, "now", lambda: tomorrow)
        with pytest.raises(Refusal):
            two.answer(Party.MUNICIPALITY, EndState.FINAL)
        two.propose(Party.MUNICIPALITY, two.today + 20 * DAY)
    two.answer(Party.DRC, EndState.FINAL)
    assert two.state() == (AgreementState.ENDED_EARLY, End.AGREED, two.today + 20 * DAY)


@pytest.mark.parametrize("party", Party)
def test_what_is_ended_for_breach_follows_a_call_in_writing(two: Two, party: Party) -> None:
    def ended(called: int) -> None:
        with two.acting(party):
            called_on = two.today - called * DAY
            ending.end_for_breach(two.agreement, party, two.people[party], WHY, last_day=two.today, called_on=called_on)

    with pytest.raises(Invalid):
        ended(13)
    ended(14)
    assert two.state() == (AgreementState.ENDED_FOR_BREACH, End.BREACH, two.today)
    with pytest.raises(Conflict):  # nothing can come of it
        two.propose(Party.DRC, two.today)
    assert two.told(f"agreement:{two.agreement}:ended_") == sorted((MANAGER, SECRETARIAT, CONSULTANT))


def test_under_notice_it_can_end_sooner_and_never_later(two: Two) -> None:
    with two.acting(Party.MUNICIPALITY):
        ending.terminate(two.agreement, Party.MUNICIPALITY, two.people[Party.MUNICIPALITY], WHY)
    state, end, last = two.state()
    assert (state, end) == (AgreementState.TERMINATED, End.NOTICE)
    with pytest.raises(Invalid):
        two.propose(Party.MUNICIPALITY, last)
    two.propose(Party.MUNICIPALITY, last - DAY)
    two.answer(Party.DRC, EndState.FINAL)
    assert two.state() == (AgreementState.ENDED_EARLY, End.AGREED, last - DAY)
    notice, agreed = (paper_of(two, way) for way in (EndWay.NOTICE, EndWay.AGREED))
    assert (notice.supersedes, agreed.supersedes) == (None, notice.number), "its last day holds no more"
    with pytest.raises(Conflict), two.acting(Party.DRC):
        ending.terminate(two.agreement, Party.DRC, two.people[Party.DRC], WHY)


def test_the_settlement_is_what_the_parties_chose(two: Two) -> None:
    """The world's agreement is paid in the middle of its year: who lets go of what is not theirs is refused."""
    with two.acting():
        found = queries.running(two.code, two.today)[0]
    last = two.today + 40 * DAY
    two.propose(Party.DRC, last, Settlement.FALLS_AWAY)
    two.answer(Party.MUNICIPALITY, EndState.FINAL)
    with two.acting():
        (ended,) = [each for each in queries.running(two.code, two.today) if each.has(two.today)]
    assert ended.last == last < found.last
    assert ended.payments.evened is None


def paper_of(two: Two, way: EndWay) -> Document:
    """The paper of an end, made as the worker makes it."""
    with two.acting():
        (end,) = [
            each
            for each in end_queries.ends(queries.agreement(two.agreement))
            if (each.way, each.state) == (way, EndState.FINAL)
        ]
        assert (two.code, end.id) in end_queries.end_papers_owed()
        end_id: UUID = end.id
    with two.app.app_context():
        assert ending.make_paper(two.code, end_id, 60)
        assert not ending.make_paper(two.code, end_id, 60), "once"
    with two.acting():
        (end,) = [
            each
            for each in end_queries.ends(queries.agreement(two.agreement))
            if (each.way, each.state) == (way, EndState.FINAL)
        ]
        assert end.document_id
        found = papers.document(end.document_id)
        assert (found.kind, found.number) == ("ending", end.number)
        assert found.content
        assert found.facts
        return found


def test_a_notice_has_its_paper_for_both_to_file(two: Two) -> None:
    with two.acting(Party.MUNICIPALITY):
        ending.terminate(two.agreement, Party.MUNICIPALITY, two.people[Party.MUNICIPALITY], WHY)
    paper = paper_of(two, EndWay.NOTICE)
    facts = paper.facts
    assert_conforms(paper.content)
    assert (facts["reason"], facts["last_day"]) == (WHY, two.state()[2].isoformat())
    assert "antal ledige pladser" in str(facts["closes"])
    assert {"case_number", "kle_number"} <= facts.keys(), "it is filed by them"
    assert two.told("agreement_end:") == sorted((MANAGER, SECRETARIAT, CONSULTANT))


def test_the_paper_of_an_end_names_the_agreement_and_the_addendum_that_has_changed_it() -> None:
    said = {"title": "Opsigelse af partnerskabsaftale", "agreement_number": "0580-2026-0007", "last_day": "2027-02-28"}
    frozen = {**said, "fallen": []}
    plain = ending_paper.paper(frozen, "0580-2026-0009", dt.date(2026, 11, 30))
    assert plain.title == "Opsigelse af partnerskabsaftale 0580-2026-0007"
    changed = ending_paper.paper({**frozen, "addendum_to": "0580-2026-0001"}, "0580-2026-0009", dt.date(2026, 11, 30))
    assert changed.title == "Opsigelse af partnerskabsaftale 0580-2026-0001 som ændret ved tillæg 0580-2026-0007"


def test_programs_of_both_parties_propose_answer_and_end(two: Two, world: World) -> None:
    with two.app.app_context():
        ours, theirs, staff = (
            Program(two.app.test_client(), key_of(who))
            for who in (world.secretariat, world.here.manager, world.here.staff)
        )
    agreement, soon = f"/agreements/{two.agreement}", two.today + 40 * DAY
    wanted = {"reason": WHY, "last_day": soon.isoformat(), "settlement": "by_days"}
    assert staff.post(f"{agreement}/propose-end", wanted).status_code == 404
    assert ours.post(f"{agreement}/propose-end", {**wanted, "last_day": "2001-01-01"}).status_code == 422
    assert ours.post(f"{agreement}/propose-end", wanted).get_json()["state"] == EndState.PROPOSED
    assert ours.post(f"{agreement}/agree-end").status_code == 404, "nobody agrees to one's own"
    assert theirs.post(f"{agreement}/withdraw-end").status_code == 404, "nor withdraws the other's"
    assert theirs.post(f"{agreement}/decline-end", {"remark": ""}).status_code == 422
    told = theirs.post(f"{agreement}/agree-end").get_json()
    assert (told["state"], told["last_day"]) == (EndState.FINAL, soon.isoformat())
    assert staff.read(f"{agreement}/ends")["items"][-1] == told
    assert two.state() == (AgreementState.ENDED_EARLY, End.AGREED, soon)
    broken = {"reason": WHY, "last_day": two.today.isoformat(), "called_on": (two.today - 20 * DAY).isoformat()}
    assert theirs.post(f"{agreement}/end-for-breach", broken).status_code == 409, "it has ended already"


def test_a_program_ends_an_agreement_for_breach(two: Two, world: World) -> None:
    with two.app.app_context():
        theirs = Program(two.app.test_client(), key_of(world.here.manager))
    broken = {"reason": WHY, "last_day": two.today.isoformat(), "called_on": two.today.isoformat()}
    assert theirs.post(f"/agreements/{two.agreement}/end-for-breach", broken).status_code == 422, "14 days to mend it"
    broken["called_on"] = (two.today - 20 * DAY).isoformat()
    end = theirs.post(f"/agreements/{two.agreement}/end-for-breach", broken).get_json()
    assert (end["way"], end["party"]) == (EndWay.BREACH, Party.MUNICIPALITY)
    assert two.state() == (AgreementState.ENDED_FOR_BREACH, End.BREACH, two.today)


def test_of_each_way_an_agreement_ends_once(two: Two) -> None:
    """The control is the first of them."""
    with two.acting(Party.DRC):
        ending.terminate(two.agreement, Party.DRC, two.people[Party.DRC], WHY)
    for party in Party:
        with pytest.raises(Conflict), two.acting(party):
            ending.terminate(two.agreement, party, two.people[party], WHY)
    with two.acting():
        row = db.session.scalars(select(Agreement).where(Agreement.id == two.agreement)).one()
        assert [end.way for end in end_queries.ends(row) if end.state == EndState.FINAL] == [EndWay.NOTICE]
