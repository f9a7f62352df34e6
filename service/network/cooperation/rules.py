"""Whether a group has a valid cooperation agreement, and how one that is made here comes about. Plain values in and out."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from service.partnership.agreements.rules import ENDS_WITHIN, last_day
from service.partnership.agreements.steps import Steps
from service.platform.documents.rules import Standing, StandingState


class CooperationTerm(Protocol):
    """The days on which an agreement holds, the last one included; None is until further notice."""

    @property
    def starts_on(self) -> dt.date:
        """The first day."""

    @property
    def ends_on(self) -> dt.date | None:
        """The last day."""


class CooperationStanding(StrEnum):
    """How a group stands on a day."""

    NONE = "none"
    AHEAD = "ahead"  # signed, and begins later
    VALID = "valid"
    ENDS = "ends"  # valid, and ends soon with nothing after it
    OVER = "over"


def holds(term: CooperationTerm, day: dt.date) -> bool:
    """Whether an agreement holds on a day."""
    return term.starts_on <= day and (term.ends_on is None or day <= term.ends_on)


def standing(terms: Sequence[CooperationTerm], day: dt.date) -> CooperationStanding:
    """How a group stands on a day by all its agreements, in any order."""
    later = any(term.starts_on > day for term in terms)
    held = next((term for term in terms if holds(term, day)), None)
    if held is None:
        return CooperationStanding.AHEAD if later else CooperationStanding.OVER if terms else CooperationStanding.NONE
    soon = held.ends_on is not None and held.ends_on <= day + ENDS_WITHIN
    return CooperationStanding.ENDS if soon and not later else CooperationStanding.VALID


class OfferState(StrEnum):
    """Where a cooperation agreement that is made here is."""

    DRAFT = "draft"
    PREPARING = "preparing"  # its paper is being made
    OFFERED = "offered"  # the group reads it
    ACCEPTED = "accepted"  # the group has approved, DRC has yet to
    CONCLUDED = "concluded"  # both have approved the same bytes
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"  # notice has been given: it ends with its last day


class OfferParty(StrEnum):
    """The two parties."""

    GROUP = "group"
    DRC = "drc"


class OfferAct(StrEnum):
    """What a party can do."""

    OFFERED = "offered"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"


class OfferWay(StrEnum):
    """How it is known whose act it was."""

    ACCOUNT = "account"  # one of DRC's people, signed in
    LINK = "link"  # the group's contact, by the link that was mailed and the code that was told
    TOLD = "told"  # the group's contact has said so to one of DRC's people, who answers for it


STEPS: Steps[OfferState, OfferParty, OfferAct] = Steps(
    {
        (OfferState.DRAFT, OfferParty.DRC, OfferAct.OFFERED): OfferState.PREPARING,
        (OfferState.OFFERED, OfferParty.GROUP, OfferAct.APPROVED): OfferState.ACCEPTED,
        (OfferState.OFFERED, OfferParty.GROUP, OfferAct.DECLINED): OfferState.DECLINED,
        (OfferState.ACCEPTED, OfferParty.DRC, OfferAct.APPROVED): OfferState.CONCLUDED,
        (OfferState.PREPARING, OfferParty.DRC, OfferAct.WITHDRAWN): OfferState.WITHDRAWN,
        (OfferState.OFFERED, OfferParty.DRC, OfferAct.WITHDRAWN): OfferState.WITHDRAWN,
        (OfferState.ACCEPTED, OfferParty.DRC, OfferAct.WITHDRAWN): OfferState.WITHDRAWN,
        (OfferState.CONCLUDED, OfferParty.GROUP, OfferAct.TERMINATED): OfferState.TERMINATED,
        (OfferState.CONCLUDED, OfferParty.DRC, OfferAct.TERMINATED): OfferState.TERMINATED,
    }
)
CONCLUDED = frozenset({OfferState.CONCLUDED, OfferState.TERMINATED})
UNDER_WAY = frozenset({OfferState.DRAFT, OfferState.PREPARING, OfferState.OFFERED, OfferState.ACCEPTED})
TOLD = frozenset(OfferState) - {
    OfferState.DRAFT,
    OfferState.PREPARING,
    OfferState.OFFERED,
}  # mailed of by unattended work

PURPOSE, LINK_DAYS = "cooperation", 7  # the link by which the contact answers
PAPER_PURPOSE, PAPER_DAYS = "cooperation_paper", 60  # and that by which the contact fetches the paper
ADDRESS_AGES = dt.timedelta(days=30)  # before whoever wrote the contact's address may approve for DRC
CODE_DIGITS, MAX_CODES = 6, 5  # how many codes may be tried by one link


def code_of(key: str, link_id: UUID) -> str:
    """The code that goes with a link, worked out from the service's own secret: it is kept nowhere."""
    mark = hmac.digest(key.encode(), b"cooperation code:" + link_id.bytes, hashlib.sha256)
    return f"{int.from_bytes(mark) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def is_code(typed: str, code: str) -> bool:
    """Whether what was typed is the code, with blanks between its digits or none."""
    return hmac.compare_digest("".join(typed.split()).encode(), code.encode())


class OwnHand(StrEnum):
    """What somebody has done for the group's answer, so that another of DRC's people approves."""

    ANSWERED = "answered"  # noted the answer
    SENT = "sent"  # sent the link, and been shown its code
    ADDRESSED = "addressed"  # put the contact's address into the agreement


def own_hand(
    approver: UUID,
    moment: dt.datetime,
    *,
    answered_by: UUID | None,
    link_sent_by: UUID | None,
    address_by: UUID | None,
    address_at: dt.datetime | None,
) -> OwnHand | None:
    """What keeps somebody from approving for DRC: one person alone could have been both parties. None where nothing does."""
    if approver == answered_by:
        return OwnHand.ANSWERED
    if approver == link_sent_by:
        return OwnHand.SENT
    lately = address_at is not None and moment - address_at < ADDRESS_AGES
    return OwnHand.ADDRESSED if approver == address_by and lately else None


def last_day_of(given_on: dt.date, notice_months: int, term: CooperationTerm) -> dt.date:
    """The last day of an agreement of which notice is given: the end of the month after the notice, and not after its term."""
    return last_day(given_on, notice_months, term.starts_on, term.ends_on or dt.date.max)


def how_it_stands(
    agreed: CooperationTerm,
    term: CooperationTerm,
    state: OfferState,
    day: dt.date,
    after: CooperationTerm | None = None,
    number: str | None = None,
) -> Standing | None:
    """How a concluded agreement stands on a day where it is not simply in force: `agreed` are the days that its paper says, `term` those
    on which it holds, and `after` the one that follows, by its number if any.
    """
    over = term.ends_on is not None and term.ends_on < day
    if after is not None and (over or after.starts_on <= day):
        return Standing(StandingState.SUPERSEDED, after.starts_on, number)
    if over:
        return Standing(StandingState.OVER, term.ends_on)
    if state is OfferState.TERMINATED:
        return Standing(StandingState.UNDER_NOTICE, term.ends_on)
    early = after is None and term.ends_on != agreed.ends_on
    return Standing(StandingState.ENDS_EARLY, term.ends_on) if early else None


def prolongs(agreed: CooperationTerm, term: CooperationTerm, state: OfferState, last: dt.date | None) -> bool:
    """Whether a last day lets an agreement that was made here hold for longer than its paper, or the notice given of it, says."""
    limit = term.ends_on if state is OfferState.TERMINATED else agreed.ends_on
    return limit is not None and (last is None or last > limit)


def lines_of(text: str) -> list[str]:
    """What was typed one a line, without blank lines."""
    return [line.strip() for line in text.splitlines() if line.strip()]
