"""Sessions in time, and for whom a person may act. Plain values in and out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from service.platform.web.identity import Role

IDLE = dt.timedelta(hours=2)
ABSOLUTE = dt.timedelta(hours=12)
HALF = dt.timedelta(minutes=10)  # between the password and the second step
SEEN_EVERY = dt.timedelta(minutes=1)  # so that not every request writes


LOOKING = dt.timedelta(minutes=30)  # after which who looks through another's eyes is themselves again
MAX_KEYS = 20  # of a person, in use
MAX_KEY_DAYS = 365
KEY_DAYS = (30, 90, 180, MAX_KEY_DAYS)  # how long a key may be asked to hold


class LookReason(StrEnum):
    """Why one of DRC's people looks through a municipality's eyes."""

    ASKED = "asked"  # the municipality has asked for help
    FAULT = "fault"  # something looks wrong there
    CHECK = "check"  # what a share or an agreement shows


@dataclass(frozen=True, slots=True)
class RolePlace:
    """A membership as a value: a role, and where it holds."""

    role: Role
    municipality_code: str | None = None
    territory: str | None = None


def alive(created: dt.datetime, last_seen: dt.datetime, ended: dt.datetime | None, at: dt.datetime) -> bool:
    """Whether a session that was proved still holds: not ended, not idle for two hours, not older than twelve."""
    return ended is None and at - last_seen < IDLE and at - created < ABSOLUTE


def key_holds(expires: dt.datetime, ended: dt.datetime | None, at: dt.datetime) -> bool:
    """Whether a key still opens something: neither ended nor past its time."""
    return ended is None and at < expires


# The first that is found in what a browser says of itself is named: each says that it is some of the others too.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """The browser and the system by the words of a User-Agent header, as far as both are known: `Firefox, Windows`."""
    known = (next((name for mark, name in marks if mark in user_agent), None) for marks in (_BROWSERS, _SYSTEMS))
    return ", ".join(filter(None, known))


def waits(created: dt.datetime, ended: dt.datetime | None, proved: dt.datetime | None, at: dt.datetime) -> bool:
    """Whether a session waits for its second step."""
    return ended is None and proved is None and at - created < HALF


def acts_for(places: Iterable[RolePlace], chosen: str | None) -> str | None:
    """The municipality that a municipality's person acts for: the chosen one, else the only one, else None.

    A chosen one where the person no longer belongs counts as not chosen.
    """
    codes = sorted({place.municipality_code for place in places if place.municipality_code})
    if chosen in codes:
        return chosen
    return codes[0] if len(codes) == 1 else None
