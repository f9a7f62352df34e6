"""How far a paper has come on each of the ways that it is brought. Plain values in, plain values out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class DeliveryWay(StrEnum):
    """A way on which a paper is brought, or met."""

    MAIL = "mail"  # to the municipality's people
    READ = "read"  # by somebody of the municipality's own
    FILE = "file"  # to where the municipality files
    SYSTEM = "system"  # a message to its systems


class DeliveryState(StrEnum):
    """How far it has come."""

    NONE = "none"  # nothing goes this way, or nobody came
    WAITING = "waiting"
    PARTLY = "partly"  # some of it arrived, and some was given up
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Sending:
    """One thing that is sent: how the work stands, and when it was taken by the other side."""

    work_state: str
    sent_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Delivered:
    """A way: how far, when the last of it arrived, and how many of how many."""

    way: DeliveryWay
    state: DeliveryState
    at: dt.datetime | None = None
    done: int = 0
    of: int = 0


def sent(way: DeliveryWay, sendings: Iterable[Sending]) -> Delivered:
    """How far what is sent has come: what still waits is told before what was given up, as it may arrive."""
    rows = list(sendings)
    arrived = [row.sent_at for row in rows if row.sent_at is not None]
    states = {row.work_state for row in rows}
    if not rows:
        state = DeliveryState.NONE
    elif "due" in states:
        state = DeliveryState.WAITING
    elif "failed" in states:
        state = DeliveryState.PARTLY if arrived else DeliveryState.FAILED
    else:
        state = DeliveryState.DONE
    return Delivered(way, state, max(arrived, default=None), len(arrived), len(rows))


def read(first: dt.datetime | None) -> Delivered:
    """Whether somebody of the municipality's has read it, and when the first one did."""
    return Delivered(DeliveryWay.READ, DeliveryState.DONE if first else DeliveryState.NONE, first)
