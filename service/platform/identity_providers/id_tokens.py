"""What an ID token proves: who signed it, for whom, when and in answer to what; and what it says of its person. Plain values in and out."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from service.platform.accounts.rules import RolePlace
from service.platform.web.arrival import FRESH
from service.platform.web.identity import Role

ALGORITHMS = ("RS256", "PS256", "ES256")  # never `none`, nor what is signed with a secret that both have
LEEWAY = 60  # seconds that two clocks may differ
MAX_TOKEN = 64 * 1024
MAX_SUBJECT = 255
MAX_NAME = 120
MAX_EMAIL = 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_DRCS = (Role.SECRETARIAT, Role.CONSULTANT)


class Untrue(Exception):
    """A token proves nothing. `cause` says in a word what is wrong, and nothing of what it says."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class UnknownKey(Untrue):
    """It names a key that the provider has not told of: it may have a new one."""

    def __init__(self) -> None:
        super().__init__("kid")


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say, to be the answer to what was asked."""

    issuer: str
    client_id: str
    nonce: str = field(repr=False)
    tenant: str = ""
    proved_since: int | None = None  # the person was to prove anew who they are: since then, in seconds


def claims_of(
    token: str, keys: Mapping[str, Any], expected: Expected, at: dt.datetime, access_token: str = ""
) -> Mapping[str, Any]:
    """What a token says, once it is found to be what was asked for. Raises Untrue, UnknownKey where the keys lack the one it names."""
    if len(token) > MAX_TOKEN:
        raise Untrue("size")
    try:
        told = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
    except InvalidKeyIdError:
        raise UnknownKey from None
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):  # keys and tokens can be of any shape
        raise Untrue("signature") from None
    options = {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client_id},
        "nonce": {"essential": True},
    }
    params = {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": access_token}
    claims: CodeIDToken = CodeIDToken(told.claims, told.header, options, params)
    moment = int(at.timestamp())
    try:
        claims.validate(now=moment, leeway=LEEWAY)
    except ExpiredTokenError:
        raise Untrue("exp") from None
    except JoseError as error:
        raise Untrue(str(getattr(error, "claim", "") or "claims")) from None
    except (ValueError, TypeError, AttributeError):
        raise Untrue("claims") from None
    _hold(claims, expected, moment)
    return dict(claims)


def _hold(claims: Mapping[str, Any], expected: Expected, moment: int) -> None:
    """What the library does not look at, or only where it is sent. Raises Untrue."""
    subject, issued, proved = claims.get("sub"), claims.get("iat"), claims.get("auth_time")
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT or not subject.isprintable():
        raise Untrue("sub")
    if isinstance(issued, bool) or not isinstance(issued, int | float) or abs(moment - issued) > FRESH.seconds + LEEWAY:
        raise Untrue("iat")
    if expected.tenant and str(claims.get("tid", "")).lower() != expected.tenant.lower():
        raise Untrue("tid")
    since = expected.proved_since
    if since is not None and not (isinstance(proved, int | float) and since - LEEWAY <= proved <= moment + LEEWAY):
        raise Untrue("auth_time")


def proved_at(claims: Mapping[str, Any]) -> dt.datetime:
    """When the person proved to the provider who they are. Where it does not say, it was long enough ago to be fresh for nothing."""
    moment = claims["auth_time"] if says_when(claims) else claims["iat"] - 2 * FRESH.total_seconds()
    return dt.datetime.fromtimestamp(moment, dt.UTC)


def says_when(claims: Mapping[str, Any]) -> bool:
    """Whether it says when that was."""
    proved = claims.get("auth_time")
    return isinstance(proved, int | float) and not isinstance(proved, bool) and 0 < proved <= claims["iat"] + LEEWAY


def asked_second(claims: Mapping[str, Any]) -> bool:
    """Whether it says that there was a second step (RFC 8176)."""
    methods = claims.get("amr")
    return isinstance(methods, list) and "mfa" in methods


def name_in(claims: Mapping[str, Any]) -> str:
    """The person's name; empty where it is not sent."""
    parts = [claims.get("given_name"), claims.get("family_name")]
    name = claims.get("name") or " ".join(part for part in parts if isinstance(part, str))
    return _line(name)[:MAX_NAME].strip()


def email_in(claims: Mapping[str, Any]) -> str:
    """An address to reach the person at, which makes them nobody; empty where none is sent."""
    for sent in ("email", "preferred_username", "upn"):
        address = _line(claims.get(sent))
        if len(address) <= MAX_EMAIL and _EMAIL.fullmatch(address):
            return address.lower()
    return ""


def _line(text: Any) -> str:
    if not isinstance(text, str):
        return ""
    words = "".join(sign if sign.isprintable() else " " for sign in unicodedata.normalize("NFC", text))
    return " ".join(words.split())


def roles_in(claims: Mapping[str, Any], claim: str, means: Mapping[str, Role], code: str) -> frozenset[RolePlace]:
    """The roles that are sent in a claim, where `means` says what its values mean; all else that stands there is the provider's own.

    A value of another municipality (`VALUE:CODE`) and one that is the name of a role of DRC's are roles too, though nobody is given them.
    """
    sent = claims.get(claim)
    values = [sent] if isinstance(sent, str) else sent if isinstance(sent, list) else []
    return frozenset(place for value in values if isinstance(value, str) for place in _role(value, means, code))


def _role(value: str, means: Mapping[str, Role], code: str) -> tuple[RolePlace, ...]:
    word, _colon, elsewhere = value.rpartition(":")
    if value in means:
        return (RolePlace(means[value], code),)
    if word in means and re.fullmatch(r"[0-9]{4}", elsewhere):
        return (RolePlace(means[word], elsewhere),)
    return tuple(RolePlace(role) for role in _DRCS if role.value == value)
