"""The life of an agreement: which act leads where, by whom. Plain values in and out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from service.partnership.agreements.steps import Steps
from tenants.calendar import first_of, month_after

ENDS_WITHIN = dt.timedelta(days=90)  # an agreement that ends so soon is told of: time enough to make a new one


class AgreementState(StrEnum):
    """Where an agreement is."""

    PREPARING = "preparing"  # its paper is being made
    OFFERED = "offered"  # the municipality reads it
    ACCEPTED = "accepted"  # the municipality has approved, DRC has yet to
    CONCLUDED = "concluded"  # both have approved the same bytes
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"  # notice has been given: it ends with its last day
    ENDED_EARLY = "ended_early"  # both have agreed on an earlier last day
    ENDED_FOR_BREACH = "ended_for_breach"


class AgreementAct(StrEnum):
    """What a party can do."""

    OFFERED = "offered"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    ENDED_EARLY = "ended_early"  # agreed to what the other party proposed
    ENDED_FOR_BREACH = "ended_for_breach"


class EndWay(StrEnum):
    """How an agreement ends before its term."""

    NOTICE = "notice"
    AGREED = "agreed"
    BREACH = "breach"


class EndState(StrEnum):
    """Where such an end is. Notice and breach are final at once."""

    PROPOSED = "proposed"
    FINAL = "final"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Party(StrEnum):
    """The two parties."""

    MUNICIPALITY = "municipality"
    DRC = "drc"


class RenewalStage(StrEnum):
    """How far the renewal of an agreement is."""

    TO_DRAFT = "to_draft"
    DRAFTED = "drafted"  # the municipality has a draft
    UNDERWAY = "underway"  # offered, and not concluded yet


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed a paper for a party, and when, as stands there."""

    name: str
    title: str
    signed_on: dt.date


_STEPS: Steps[AgreementState, Party, AgreementAct] = Steps(
    {
        (AgreementState.OFFERED, Party.MUNICIPALITY, AgreementAct.APPROVED): AgreementState.ACCEPTED,
        (AgreementState.OFFERED, Party.MUNICIPALITY, AgreementAct.DECLINED): AgreementState.DECLINED,
        (AgreementState.ACCEPTED, Party.DRC, AgreementAct.APPROVED): AgreementState.CONCLUDED,
        (AgreementState.PREPARING, Party.DRC, AgreementAct.WITHDRAWN): AgreementState.WITHDRAWN,
        (AgreementState.OFFERED, Party.DRC, AgreementAct.WITHDRAWN): AgreementState.WITHDRAWN,
        (AgreementState.ACCEPTED, Party.DRC, AgreementAct.WITHDRAWN): AgreementState.WITHDRAWN,
        (AgreementState.CONCLUDED, Party.DRC, AgreementAct.TERMINATED): AgreementState.TERMINATED,
        (AgreementState.CONCLUDED, Party.MUNICIPALITY, AgreementAct.TERMINATED): AgreementState.TERMINATED,
        # What is under notice can still end sooner.
        **{
            (state, party, act): AgreementState(act)
            for state in (AgreementState.CONCLUDED, AgreementState.TERMINATED)
            for party in Party
            for act in (AgreementAct.ENDED_EARLY, AgreementAct.ENDED_FOR_BREACH)
        },
    }
)

ENDING = {  # what each way of ending does with an agreement
    EndWay.NOTICE: AgreementAct.TERMINATED,
    EndWay.AGREED: AgreementAct.ENDED_EARLY,
    EndWay.BREACH: AgreementAct.ENDED_FOR_BREACH,
}
CALLED_BEFORE = dt.timedelta(
    days=14
)  # how long before it ends for breach the other party was called on in writing, as the clause says


after, possible, acts_of = _STEPS.after, _STEPS.possible, _STEPS.acts_of


def earliest_start(today: dt.date) -> dt.date:
    """The first day an agreement may take effect: that of the month before, whose statement may still be to come."""
    return month_after(first_of(today), -1)


def last_day(notice_given: dt.date, notice_months: int, starts_on: dt.date, ends_on: dt.date) -> dt.date:
    """The last day of an agreement that is terminated: the end of the month after the notice, never before its first day nor after its
    term.
    """
    after_notice = month_after(first_of(notice_given), notice_months + 1) - dt.timedelta(days=1)
    return min(max(after_notice, starts_on), ends_on)
