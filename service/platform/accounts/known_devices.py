"""Browsers on which somebody has signed in before: strangers' wrong passwords and codes do not keep them out.

The browser keeps which it is and, as marks that nobody can read back, whose accounts it knows; it is signed, and opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from limits import parse
from werkzeug.exceptions import TooManyRequests

from service.platform.web import tries
from service.platform.web.identity import address
from service.platform.web.security import cookie_name
from service.platform.web.tries import Try

COOKIE = "device"
MAX_PEOPLE = 8  # of a browser that several use; who signed in longest ago is forgotten
MAX_AGE = 365 * 86400  # seconds
WRONG_PASSWORDS = parse("10 per 15 minutes")
WRONG_STEPS = parse("5 per 15 minutes")
STRANGE_STEPS = parse("20 per day")
LATE = parse("1 per minute")  # beyond that: a guesser waits, and the owner no longer than that


@dataclass(frozen=True, slots=True)
class Device:
    """A browser: which it is, and the marks of the accounts that it knows, the newest first."""

    id: str
    knows: tuple[str, ...] = ()


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.extensions["settings"].secret_key, salt="device")


def _mark(account: str) -> str:
    key = current_app.extensions["settings"].secret_key.encode()
    return hmac.digest(key, f"device\n{account}".encode(), hashlib.sha256).hex()[:16]


def here() -> Device:
    """The browser that asks: one that nobody knows yet where it says nothing, or nothing of ours."""
    try:
        device, knows = _serializer().loads(request.cookies.get(cookie_name(COOKIE), ""), max_age=MAX_AGE)
        return Device(str(device), tuple(map(str, knows)))
    except (BadData, ValueError, TypeError):
        return Device(secrets.token_urlsafe(16))


def remember(response: Response, account: str) -> Response:
    """An answer after which the browser knows an account: its person has signed in on it, or opened a link that was mailed to them."""
    device, mark = here(), _mark(account)
    knows = (mark, *(each for each in device.knows if each != mark))[:MAX_PEOPLE]
    response.set_cookie(
        cookie_name(COOKIE),
        _serializer().dumps([device.id, knows]),
        max_age=MAX_AGE,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def begin(account: str) -> list[Try]:
    """Count a try of an account's password before it is made. Raises TooManyRequests.

    A browser that knows the account has tries of its own. All others share theirs, and those of the address that they come from. Once
    tries are used up one more is let through a minute. A right password gives its try back, so a town hall behind one address can
    begin its Monday.
    """
    device = here()
    if _mark(account) in device.knows:
        return [_begin(f"at {device.id} of", account)]
    limit = parse(current_app.extensions["settings"].address_limit)
    return [tries.begin(limit, "sign-in from", address()), _begin("of", account)]


def _begin(whose: str, account: str) -> Try:
    try:
        return tries.begin(WRONG_PASSWORDS, f"password {whose}", account)
    except TooManyRequests:
        return tries.begin(LATE, f"late password {whose}", account)


def begin_step(account: str, person_id: UUID) -> list[Try]:
    """Count a try of the second step of an account before it is made. Raises TooManyRequests.

    A browser that knows the account has tries of its own, which whoever has but the password cannot use up: it comes to know an account
    when its person has shown the second step there, or opened what was mailed to them. All others share five in a quarter of an hour,
    and twenty a day: of a million codes three are right at a time, so that who guesses on for a year finds one in 45 times.
    """
    device, person = here(), str(person_id)
    if _mark(account) in device.knows:
        return [tries.begin(WRONG_STEPS, f"second step at {device.id} of", person)]
    return [
        tries.begin(WRONG_STEPS, "second step of", person),
        tries.begin(STRANGE_STEPS, "second step by the day of", person),
    ]
