"""How a session comes to open something: it begins closed, and is proved, as PostgreSQL hears from the service alone.

Whoever proves anew who they are has a new session in place of the one before, so that a token that somebody saw, or a challenge that
was bound to it, is worth nothing any more.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from service.platform.accounts import rules
from service.platform.accounts.models import LoginSession, Person
from service.platform.web.arrival import Arrival, How
from service.platform.web.errors import Conflict
from service.platform.web.identity import Identity
from tenants.acting import acting_for
from tenants.database import db, now, only_reading, transaction, vouch
from tenants.reach import door


@dataclass(frozen=True, slots=True)
class CameBy:
    """The municipality's login that a session began at, and what it calls that session; "" where it says nothing."""

    provider_id: UUID | None = None
    session: str = ""


HERE = CameBy()


def hash_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def begin(person_id: UUID, municipality_code: str | None = None, device: str = "", came_by: CameBy = HERE) -> str:
    """A new session of a person on a device, which opens nothing yet: its token."""
    token, moment = secrets.token_urlsafe(32), now()
    db.session.add(
        LoginSession(
            token_hash=hash_of(token),
            person_id=person_id,
            municipality_code=municipality_code,
            device=device,
            provider_id=came_by.provider_id,
            provider_session=came_by.session,
            created_at=moment,
            last_seen_at=moment,
        )
    )
    db.session.flush()
    return token


def prove(token: str, person_id: UUID, how: How, at: dt.datetime | None = None) -> bool:
    """Let the present person's session open what is theirs. Returns whether it does: no first step alone where there is a second.

    `at` is when they proved it where that was not just now, as with a municipality's provider.
    """
    key = hash_of(token)
    when = () if at is None else (int(at.timestamp()),)
    word = vouch("proved", person_id, key.hex(), how.value, *when)
    return bool(db.session.scalar(select(func.app.prove_session(key, how.value, word, *when))))


def prove_anew(
    token: str, person_id: UUID, how: How, at: dt.datetime | None = None, came_by: CameBy | None = None
) -> str:
    """A session that is proved, in place of the one of that token: its token. Raises Conflict where that one is over.

    `came_by`: the login where it was proved; without, it began where the one before did.
    """
    ended = update(LoginSession).where(LoginSession.token_hash == hash_of(token), LoginSession.ended_at.is_(None))
    row = db.session.scalar(ended.values(ended_at=now()).returning(LoginSession))
    came_by = came_by or (CameBy(row.provider_id, row.provider_session) if row else HERE)
    made = begin(person_id, row.municipality_code, row.device, came_by) if row else ""
    if not (made and prove(made, person_id, how, at)):
        raise Conflict(_("That sign-in is over. Sign in again."))
    return made


def arrival_of(row: LoginSession | None) -> Arrival | None:
    """How a session's person has proved who they are; None where they have not."""
    if row is None or row.proved_at is None or row.proved_how is None:
        return None
    return Arrival(row.person_id, How(row.proved_how), row.proved_at)


def last_of(identity: Identity) -> Arrival | None:
    """How the present person has proved who they are: in this session, or whose key it is in the newest of theirs that has not ended."""
    if identity.arrival is not None:
        return identity.arrival
    mine = select(LoginSession).where(LoginSession.person_id == identity.person_id, LoginSession.ended_at.is_(None))
    return arrival_of(db.session.scalar(mine.order_by(LoginSession.proved_at.desc().nulls_last()).limit(1)))


def waiting(token: str) -> UUID | None:
    """Whose session with that token waits for its second step; None where none does. In a short transaction of its own, at the door."""
    with acting_for(door()), only_reading(), transaction():
        row = db.session.get(LoginSession, hash_of(token))
        waits = row is not None and rules.waits(row.created_at, row.ended_at, row.proved_at, now())
        return row.person_id if row and waits else None


def account_of(person_id: UUID) -> str:
    """The address of the account whose second step is waited for. In a short transaction of its own, at the door."""
    with acting_for(door()), only_reading(), transaction():
        return db.session.get_one(Person, person_id).email
