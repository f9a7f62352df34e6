"""Somebody who would like to join: until when the mail's link holds, how long one has waited, and where people stop. Plain values."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address, ip_network
from statistics import median_low
from uuid import UUID

UNCONFIRMED = dt.timedelta(days=2)  # how long what nobody has confirmed is kept, from when the link was mailed
UNSENT = dt.timedelta(days=7)  # how long what could not be mailed is kept
WITHDRAWN = dt.timedelta(days=30)  # how long it is kept that somebody has changed their mind
STANDS = dt.timedelta(days=365)  # how long a confirmed one's link opens it, and how long it is kept
ANSWER_DAYS = 5  # working days within which one is answered: what the form promises
MAX_THEMES, MAX_OPEN = 8, 5  # of one form; of one address that wait to be confirmed


class InterestDeed(StrEnum):
    """What the holder of the link can do."""

    CONFIRM = "confirm"
    WITHDRAW = "withdraw"


class InterestState(StrEnum):
    """Where it stands."""

    UNCONFIRMED = "unconfirmed"
    WAITING = "waiting"  # for DRC's answer
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


def state_of(confirmed: bool, answered: bool, withdrawn: bool) -> InterestState:
    """Where it stands, by what has happened."""
    if withdrawn:
        return InterestState.WITHDRAWN
    if not confirmed:
        return InterestState.UNCONFIRMED
    return InterestState.ANSWERED if answered else InterestState.WAITING


def secret_of(key: str, interest_id: UUID) -> bytes:
    """The secret of a link, worked out from the service's own: it is kept nowhere."""
    return hmac.digest(key.encode(), b"interest:" + interest_id.bytes, hashlib.sha256)


def machine(address: str) -> str:
    """Whom a network address is: of IPv6 its first half, as one machine has all of the other."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return address if found.version == 4 else str(ip_network((found, 64), strict=False))


def leads_out(name: str) -> bool:
    """Whether what is typed for a name leads somewhere: it would go out in a mail of ours to whoever's address was typed."""
    return re.search(r"[/@:]|www\.|\.[a-z]{2,}\b", name, re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True)
class WayIn:
    """How far one came: the moments that there are, in order, and the days until an answer where there is one."""

    answered_after: int | None
    introduced: bool
    active: bool
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Funnel:
    """Where people stop: of those who have confirmed, how many came to each step. `usual_days` is the typical wait for an answer."""

    confirmed: int
    answered: int
    introduced: int
    active: int
    withdrawn: int
    usual_days: int | None


def funnel(ways: Iterable[WayIn]) -> Funnel:
    """The steps of all ways together. Who came further has come to each step before."""
    every = list(ways)
    waits = [way.answered_after for way in every if way.answered_after is not None]
    return Funnel(
        confirmed=len(every),
        answered=sum(way.answered_after is not None for way in every),
        introduced=sum(way.introduced or way.active for way in every),
        active=sum(way.active for way in every),
        withdrawn=sum(way.withdrawn for way in every),
        usual_days=median_low(waits) if waits else None,
    )
