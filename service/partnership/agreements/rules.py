"""The life of an agreement: which act leads where, by whom. Plain values in and out."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from tenants.calendar import first_of, month_after

ENDS_WITHIN = dt.timedelta(days=90)  # an agreement that ends so soon is told of: time enough to make a new one


class State(StrEnum):
    """Where an agreement is."""

    PREPARING = "preparing"  # its paper is being made
    OFFERED = "offered"  # the municipality reads it
    ACCEPTED = "accepted"  # the municipality has approved, DRC has yet to
    CONCLUDED = "concluded"  # both have approved the same bytes
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"


class Act(StrEnum):
    """What a party can do."""

    OFFERED = "offered"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"


class Party(StrEnum):
    """The two parties."""

    MUNICIPALITY = "municipality"
    DRC = "drc"


class OutOfOrder(ValueError):
    """The act is not possible in the state the agreement is in."""


_STEPS = {
    (State.OFFERED, Party.MUNICIPALITY, Act.APPROVED): State.ACCEPTED,
    (State.OFFERED, Party.MUNICIPALITY, Act.DECLINED): State.DECLINED,
    (State.ACCEPTED, Party.DRC, Act.APPROVED): State.CONCLUDED,
    (State.PREPARING, Party.DRC, Act.WITHDRAWN): State.WITHDRAWN,
    (State.OFFERED, Party.DRC, Act.WITHDRAWN): State.WITHDRAWN,
    (State.ACCEPTED, Party.DRC, Act.WITHDRAWN): State.WITHDRAWN,
    (State.CONCLUDED, Party.DRC, Act.TERMINATED): State.TERMINATED,
    (State.CONCLUDED, Party.MUNICIPALITY, Act.TERMINATED): State.TERMINATED,
}


def after(state: State, party: Party, act: Act) -> State:
    """The state that an act leads to. Raises OutOfOrder when it is not the party's to do in this state."""
    try:
        return _STEPS[state, party, act]
    except KeyError as error:
        raise OutOfOrder(f"{party} cannot make it {act} while it is {state}") from error


def possible(state: State, party: Party) -> frozenset[Act]:
    """What a party can do in a state."""
    return frozenset(act for at, who, act in _STEPS if at is state and who is party)


def acts_of(party: Party) -> frozenset[Act]:
    """What a party can do in one state or another."""
    return frozenset(act for _state, who, act in _STEPS if who is party)


def earliest_start(today: dt.date) -> dt.date:
    """The first day an agreement may take effect: that of the month before, whose statement may still be to come."""
    return month_after(first_of(today), -1)


def last_day(notice_given: dt.date, notice_months: int, ends_on: dt.date) -> dt.date:
    """The last day of an agreement that is terminated: the end of the month after the notice, never after the term."""
    return min(month_after(first_of(notice_given), notice_months + 1) - dt.timedelta(days=1), ends_on)


def in_force(state: State, starts_on: dt.date, ends_on: dt.date, day: dt.date) -> bool:
    """Whether an agreement is in force on a day, as far as its own dates say."""
    return state in (State.CONCLUDED, State.TERMINATED) and starts_on <= day <= ends_on
