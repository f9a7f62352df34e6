"""Codes that work once, and what a passkey is asked: a challenge that is bound to a session, its person and what it is for.

Plain values in and out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import pyotp
from pyotp.exceptions import OTPVerificationError

MAX_FACTORS = 10  # of one person
MAX_REASON = 300
CODES = 10  # recovery codes that a person has at a time
CODE_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another
CODE_LENGTH = 16  # of 32 signs: 80 bits, which nobody guesses from a hash
CHALLENGE_LIFE = dt.timedelta(minutes=5)
CHANCE = 16  # bytes of a challenge that are chance
_MOMENT = 8


class Kind(StrEnum):
    """The kinds of second step."""

    PASSKEY = "passkey"
    TOTP = "totp"


class PasskeyPurpose(StrEnum):
    """What a passkey is asked for."""

    SIGN_IN = "sign-in"
    CONFIRM = "confirm"
    REGISTER = "register"


@dataclass(frozen=True, slots=True)
class PasskeyAsked:
    """In which session, of whom, and for what somebody is asked for a passkey."""

    purpose: PasskeyPurpose
    token: str
    person_id: UUID


def challenge(asked: PasskeyAsked, key: bytes, at: dt.datetime, chance: bytes) -> bytes:
    """What a passkey is to sign. It is kept nowhere: it says itself when it was made, and its mark for whom and what.

    It works once, as whatever it opens ends the session that it is bound to.
    """
    begins = chance + int(at.timestamp()).to_bytes(_MOMENT)
    return begins + _mark(asked, key, begins)


def holds(signed: bytes, asked: PasskeyAsked, key: bytes, at: dt.datetime) -> bool:
    """Whether a passkey has signed a challenge of ours that was made for this, within five minutes."""
    begins, mark = signed[: CHANCE + _MOMENT], signed[CHANCE + _MOMENT :]
    if not hmac.compare_digest(mark, _mark(asked, key, begins)):
        return False
    age = int(at.timestamp()) - int.from_bytes(begins[CHANCE:])
    return 0 <= age < CHALLENGE_LIFE.total_seconds()


def _mark(asked: PasskeyAsked, key: bytes, begins: bytes) -> bytes:
    words = f"{asked.purpose}:{asked.person_id}:{hashlib.sha256(asked.token.encode()).hexdigest()}:"
    return hmac.digest(key, words.encode() + begins, hashlib.sha256)


def is_from_app(code: str) -> bool:
    """Whether a code, as it was typed, is one that an app makes: six digits, with or without a gap."""
    return re.fullmatch(r"[0-9]{6}", tidy(code)) is not None


def tidy(code: str) -> str:
    """A code without what people put between its letters."""
    return re.sub(r"[\s-]+", "", code).upper()


def in_groups(code: str, between: str = "-") -> str:
    """A code as it is shown: four letters at a time."""
    return between.join(code[place : place + 4] for place in range(0, len(code), 4))


def step_of(secret: str, code: str, at: dt.datetime) -> int | None:
    """The half minute whose code this is, of the present one and its two neighbours; None where it is none of theirs."""
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(tidy(code), for_time=at, valid_window=1)
    except OTPVerificationError:
        return None


def address_of(secret: str, email: str) -> str:
    """What an app reads of a secret, from its QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Partnerskab")


def may_remove(held: int, demanded: bool) -> bool:
    """Whether one of so many second steps may be removed: the last one not where one is demanded."""
    return held > 1 or not demanded
