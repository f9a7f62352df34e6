"""Who gives which role where, when a link holds, and who cannot go before another has come. Plain values in and out."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from service.platform.web.identity import Role
from tenants.reach import Office

MAX_OPEN = 50  # invitations of a municipality that wait at once
MAX_REASON = 300
DEEDS = ("igen", "traek-tilbage")  # what is done with an invitation that waits, as its address says
DRCS = (Role.SECRETARIAT, Role.CONSULTANT)
MUNICIPAL = (Role.MANAGER, Role.STAFF)


class LinkPurpose(StrEnum):
    """What a link is for."""

    ROLE = "role"
    PASSWORD = "password"  # noqa: S105 - no password


class LinkState(StrEnum):
    """How a link stands."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is invited, to do what, where and why."""

    email: str
    name: str
    role: Role
    municipality_code: str | None = None
    territory: str | None = None
    reason: str = ""


def roles_to_give(office: Office, roles: frozenset[Role]) -> tuple[Role, ...]:
    """The roles that somebody gives and ends: DRC's secretariat DRC's own and managers, a manager those of the municipality.

    PostgreSQL holds to the same (`writers.py`).
    """
    if office is Office.CLOCK:
        return tuple(Role)
    if office is Office.DRC and Role.SECRETARIAT in roles:
        return (*DRCS, Role.MANAGER)
    if office is Office.MUNICIPALITY and Role.MANAGER in roles:
        return MUNICIPAL
    return ()


def has_its_place(invited: Invited) -> bool:
    """Whether it is said where the role holds, and nothing that it has no use for."""
    code, territory = invited.municipality_code is not None, invited.territory is not None
    return (code, territory) == (invited.role in MUNICIPAL, invited.role is Role.CONSULTANT)


def state_of(used: bool, withdrawn: bool, expires: dt.datetime, at: dt.datetime, stands: bool) -> LinkState:
    """How a link stands: `stands` is whether whoever made it may still give what it gives, and its person is not shut out."""
    if used:
        return LinkState.USED
    if expires <= at and not withdrawn:
        return LinkState.EXPIRED
    return LinkState.OPEN if stands and not withdrawn else LinkState.WITHDRAWN


def leaves_nobody(role: Role, others: int, agreement: bool) -> bool:
    """Whether nobody would be left who can do what only this role does, with `others` who hold it as well.

    DRC is never without its secretariat, and a municipality whose agreement is in force never without a manager.
    """
    return others == 0 and (role is Role.SECRETARIAT or (role is Role.MANAGER and agreement))


def secret_of(key: str, link_id: UUID, what: str = "invitation") -> bytes:
    """The secret of a link, of an invitation or for something else, worked out from the service's own: it is kept nowhere."""
    return hmac.digest(key.encode(), f"{what}:".encode() + link_id.bytes, hashlib.sha256)


def written(secret: bytes) -> str:
    """A secret as it stands in an address: 43 letters, digits, `-` and `_`."""
    return base64.urlsafe_b64encode(secret).decode().removesuffix("=")


def read(token: str) -> bytes | None:
    """The secret that stands in an address; None where it can be none, as when it was cut off."""
    try:
        secret = base64.urlsafe_b64decode(f"{token}=")
    except (ValueError, binascii.Error):
        return None
    return secret if len(secret) == hashlib.sha256().digest_size and written(secret) == token else None
