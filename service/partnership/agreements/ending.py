"""How an agreement ends before its term: one party gives notice or ends it for breach, or both agree on an earlier day."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask_babel import gettext as _

from service.partnership.agreements import end_queries, queries, rules
from service.partnership.agreements import ending_paper as printing
from service.partnership.agreements.letters import tell_of_paper
from service.partnership.agreements.models import Agreement, AgreementEnd
from service.partnership.agreements.operations import LISTS, decide, led_to, reason_of, ring_to_tell
from service.partnership.agreements.rules import ENDING, EndState, EndWay, Party
from service.partnership.agreements.settling import Settlement, balance, choices
from service.partnership.agreements.validity import Validity, ValidityStage
from service.platform.accounts.models import Person
from service.platform.documents import making
from service.platform.documents import operations as documents
from service.platform.documents.making import Making
from service.platform.documents.paper import Paper
from service.platform.ledger.operations import record
from service.platform.web.errors import Conflict, Invalid, NotFound, Refusal
from service.platform.work import waking
from tenants import periods
from tenants.calendar import day_of
from tenants.database import db, now, uuid7
from tenants.models import Municipality
from tenants.scope import Scope

PAPER = "service.agreements.jobs.make_end_paper"


def notice_leads_to(agreement: Agreement, day: dt.date) -> dt.date:
    """The last day of an agreement if notice of it is given on a day."""
    scope = Scope.from_plain(agreement.stored_scope)
    return rules.last_day(day, scope.notice_months, agreement.starts_on, agreement.ends_on)


def terminate(
    agreement_id: UUID,
    party: Party,
    person_id: UUID,
    reason: str,
    code: str | None = None,
    settlement: Settlement = Settlement.BY_DAYS,
) -> Agreement:
    """Give notice of a concluded agreement: it ends with the month that its notice leads to.

    Raises NotFound, Invalid, Conflict, and Refusal where it has ended already.
    """
    agreement, _runs = _running(agreement_id, code)
    last = notice_leads_to(agreement, day_of(now()))
    _hold_to(settlement, agreement, last, party)
    end = _begun(agreement, EndWay.NOTICE, party, person_id, reason, last, settlement)
    _final(agreement, end, party, person_id)
    return agreement


def end_for_breach(
    agreement_id: UUID,
    party: Party,
    person_id: UUID,
    reason: str,
    *,
    last_day: dt.date,
    called_on: dt.date,
    code: str | None = None,
) -> AgreementEnd:
    """End an agreement that the other party has broken gravely and not mended 14 days after it was called on in writing to do so.

    Raises NotFound, Invalid, Conflict, and Refusal where it has ended already.
    """
    agreement, runs = _running(agreement_id, code)
    if called_on > day_of(now()) - rules.CALLED_BEFORE:
        raise Invalid(
            {"called_on": [_("The other party has 14 days to put it right after it was called on in writing.")]}
        )
    _hold_to_days(last_day, runs)
    end = _begun(agreement, EndWay.BREACH, party, person_id, reason, last_day, Settlement.BY_DAYS)
    _final(agreement, end, party, person_id, called_on=called_on)
    return end


def propose(
    agreement_id: UUID,
    party: Party,
    person_id: UUID,
    reason: str,
    *,
    last_day: dt.date,
    settlement: Settlement = Settlement.BY_DAYS,
    code: str | None = None,
) -> AgreementEnd:
    """Propose to the other party that the agreement end on an earlier day. A later proposal takes the place of one's own.

    Raises NotFound, Invalid, Refusal where it has ended already, and Conflict where the other party's proposal waits for an answer, or
    where the agreement has been ended in a way that no other comes after.
    """
    agreement, runs = _running(agreement_id, code)
    led_to(agreement, party, ENDING[EndWay.AGREED])
    _hold_to_days(last_day, runs)
    before = end_queries.proposed_end(agreement)
    if before is not None:
        if before.party != party and before.last_day >= day_of(now()):
            raise Conflict(_("The other party has proposed a day already. Answer that first."))
        _answered(before, EndState.WITHDRAWN if before.party == party else EndState.DECLINED, person_id)
        db.session.flush()
    end = _begun(agreement, EndWay.AGREED, party, person_id, reason, last_day, settlement)
    record(
        "agreement.end_proposed", f"agreement:{agreement.id}", agreement.municipality_code, last=last_day.isoformat()
    )
    ring_to_tell(agreement)
    return end


def answer(
    agreement_id: UUID, party: Party, person_id: UUID, to: EndState, remark: str = "", code: str | None = None
) -> Agreement:
    """Agree to what the other party has proposed, decline it, or withdraw one's own proposal.

    Raises Conflict where nothing is proposed, NotFound where it is not the party's to answer so, and Refusal where its day has passed.
    """
    agreement = queries.agreement(agreement_id, code, lock=True)
    end = end_queries.proposed_end(agreement)
    if end is None:
        raise Conflict(_("The agreement is no longer where you saw it. Load the page again."))
    if (to is EndState.WITHDRAWN) is not (end.party == party):
        raise NotFound
    if to is EndState.FINAL:
        _unless_over(agreement)
        if end.last_day < day_of(now()):
            raise Refusal(_("The day that was proposed has passed. Propose another."))
        _answered(end, to, person_id, remark)
        _final(agreement, end, party, person_id)
        return agreement
    _answered(end, to, person_id, reason_of(remark) if to is EndState.DECLINED else remark)
    record(f"agreement.end_{to}", f"agreement:{agreement.id}", agreement.municipality_code)
    ring_to_tell(agreement)
    return agreement


def _running(agreement_id: UUID, code: str | None) -> tuple[Agreement, Validity | None]:
    agreement = queries.agreement(agreement_id, code, lock=True)
    return agreement, _unless_over(agreement)


def _unless_over(agreement: Agreement) -> Validity | None:
    runs = queries.validities([agreement], day_of(now())).get(agreement.id)
    if runs and runs.stage is ValidityStage.OVER:
        raise Refusal(_("The agreement has ended already: there is nothing to give notice of."))
    if runs and runs.successor and runs.successor.is_addendum:
        raise Refusal(_("%(number)s is to change it: give notice of that one.", number=runs.successor.number))
    return runs


def _hold_to_days(last_day: dt.date, runs: Validity | None) -> None:
    """An early end lies ahead, within the agreement and before the day on which it ends anyway."""
    if runs is None:
        raise Conflict(_("The agreement is no longer where you saw it. Load the page again."))
    if last_day < max(day_of(now()), runs.first_day):
        raise Invalid({"last_day": [_("The last day must not have passed, nor lie before the agreement begins.")]})
    if last_day >= runs.last_day:
        raise Invalid({"last_day": [_("The agreement ends by then anyway. Choose an earlier day.")]})


def _hold_to(settlement: Settlement, agreement: Agreement, last: dt.date, party: Party) -> None:
    ore = balance(agreement.term, last)
    if settlement not in choices(ore, party):
        raise Invalid({"settlement": [_("You can only let go of money that is your own side's. Share it by days.")]})


def _begun(
    agreement: Agreement,
    way: EndWay,
    party: Party,
    person_id: UUID,
    reason: str,
    last_day: dt.date,
    settlement: Settlement,
) -> AgreementEnd:
    person = db.session.get_one(Person, person_id)
    end = AgreementEnd(
        municipality_code=agreement.municipality_code,
        id=uuid7(),
        agreement_id=agreement.id,
        way=way,
        state=EndState.PROPOSED if way is EndWay.AGREED else EndState.FINAL,
        party=party,
        last_day=last_day,
        settlement=settlement,
        person_id=person_id,
        person_name=person.name,
        person_title=person.title,
        words=reason_of(reason),
        at=now(),
    )
    db.session.add(end)
    return end


def _answered(end: AgreementEnd, state: EndState, person_id: UUID, remark: str = "") -> None:
    person = db.session.get_one(Person, person_id)
    end.state, end.answer_remark = state, remark
    end.answered_by, end.answered_at = person_id, now()
    end.answered_name, end.answered_title = person.name, person.title


def _final(
    agreement: Agreement, end: AgreementEnd, party: Party, person_id: UUID, called_on: dt.date | None = None
) -> None:
    """End the agreement on its day, and let all follow from it: the scope, the duties, the mails and the paper."""
    code, act = agreement.municipality_code, ENDING[EndWay(end.way)]
    state = led_to(agreement, party, act)
    with db.session.no_autoflush:  # the database takes an end with its facts, or an answer with them, and neither alone
        name = db.session.get_one(Municipality, code).official_name
        end.facts = printing.facts(agreement, end, official_name=name, called_on=called_on)
    db.session.flush()
    agreement.state = state
    agreement.ends_on = min(agreement.ends_on, end.last_day)
    periods.end(code, agreement.id, agreement.ends_on)
    record("scope.ended", f"agreement:{agreement.id}", code, last=agreement.ends_on.isoformat())
    decide(agreement, party, act, person_id, end.words, "")
    ring_to_tell(agreement)
    waking.wake(LISTS, code)
    waking.wake(PAPER, code, str(end.id))


def make_paper(code: str, end_id: UUID, lease_seconds: int) -> bool:
    """Make the paper of an end that is final, once. Returns whether this call made it; what goes wrong is kept and tried again."""
    return making.make(_PAPER, code, end_queries.end_that_is_final(code, end_id), lease_seconds, end=str(end_id))


def _page(end: AgreementEnd) -> Paper:
    issued_on = day_of(now())
    end.number = end.number or documents.next_number(end.municipality_code, issued_on.year)
    return printing.paper(end.facts, end.number, issued_on, end_queries.paper_before(end))


_PAPER = Making(AgreementEnd, "end_paper_failed", _page, then=lambda end, _page: tell_of_paper(end))
