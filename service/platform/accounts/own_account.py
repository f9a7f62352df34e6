"""What somebody does with their own account: sign-ins, password, keys for programs, and what stands of them."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Text, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from service.platform.accounts import queries, rules
from service.platform.accounts.arriving import hash_of
from service.platform.accounts.models import ApiToken, LoginSession, Person
from service.platform.accounts.operations import fits, hash_password, refuse_weak, set_password
from service.platform.feature import features
from service.platform.ledger.operations import record
from service.platform.web import trail
from service.platform.web.errors import Conflict, Refusal
from service.platform.web.finding import find
from service.platform.web.identity import Identity, KeyPurpose
from tenants.acting import acting_for
from tenants.database import db, let_go, now, only_reading, transaction


def end_sessions(person_id: UUID, keep: str | None = None) -> int:
    """End a person's sessions, all but that of the token `keep`, and say how many there were."""
    query = update(LoginSession).where(LoginSession.person_id == person_id, LoginSession.ended_at.is_(None))
    if keep is not None:
        query = query.where(LoginSession.token_hash != hash_of(keep))
    ended = db.session.execute(query.values(ended_at=now()).returning(LoginSession.token_hash))
    return len(ended.all())


def end_sessions_at(person_id: UUID, providers: Collection[UUID], named: Collection[str]) -> int:
    """End a person's sessions that began at those logins of municipalities, and say how many there were.

    Of what a login names only those that are `named`, and those that it gave no name; where none is, all of them.
    """
    query = update(LoginSession).where(LoginSession.person_id == person_id, LoginSession.ended_at.is_(None))
    query = query.where(LoginSession.provider_id.in_(providers))
    if named:
        query = query.where(LoginSession.provider_session.in_([*named, ""]))
    return len(db.session.execute(query.values(ended_at=now()).returning(LoginSession.id)).all())


def end_session(person_id: UUID, sign_in_id: UUID) -> None:
    """End one of a person's own sessions. Raises NotFound for another's. Harmless when it is over."""
    row = find(select(LoginSession).where(LoginSession.id == sign_in_id, LoginSession.person_id == person_id))
    row.ended_at = row.ended_at or now()


def is_here(row: LoginSession, token: str) -> bool:
    """Whether a session is the one that has that token."""
    return row.token_hash == hash_of(token)


def change_password(identity: Identity, old: str, new: str) -> None:
    """Change a person's own password and end their other sessions, and their keys.

    Raises Refusal when the old one does not fit, or Busy.
    """
    stored, person_id = queries.own_password(), identity.person_id
    let_go()
    if stored is None or not fits(stored, old):
        raise Refusal(_("The present password is not right."), {"old": [_("The present password is not right.")]})
    person = db.session.get_one(Person, person_id)
    refuse_weak(new, "new", person.email, person.name)
    let_go()
    if not set_password(person_id, stored, hash_password(new)):
        raise Conflict(_("Your password has been changed elsewhere in the meantime."))
    end_sessions(person_id, identity.token)
    _end_keys(person_id)
    record_own("password.changed", identity)


def issue_key(
    person_id: UUID, name: str, purpose: KeyPurpose = KeyPurpose.EVERYTHING, days: int = rules.MAX_KEY_DAYS
) -> tuple[ApiToken, str]:
    """A new key for a person, good for so many days: the row, and the key itself, which is shown once. Raises Refusal beyond twenty."""
    moment = now()
    held = len(queries.tokens_of(person_id))
    if held >= rules.MAX_KEYS:
        raise Refusal(_("You have twenty keys. End one that you no longer use first."))
    token = "psk_" + secrets.token_urlsafe(32)
    key = ApiToken(
        person_id=person_id,
        name=name,
        token_hash=hash_of(token),
        purpose=purpose.value,
        created_at=moment,
        expires_at=moment + dt.timedelta(days=min(days, rules.MAX_KEY_DAYS)),
    )
    db.session.add(key)
    db.session.flush()
    return key, token


def make_key(identity: Identity, name: str, purpose: KeyPurpose, days: int) -> str:
    """Issue a key to the present person, and return it. Raises Refusal beyond twenty."""
    key, token = issue_key(identity.person_id, name, purpose, days)
    record_own("key.made", identity, f"key:{key.id}", purpose=purpose.value)
    return token


def end_key(identity: Identity, key_id: UUID) -> None:
    """End one of the present person's keys. Raises NotFound for another's. Harmless when it has ended."""
    key = find(select(ApiToken).where(ApiToken.id == key_id, ApiToken.person_id == identity.person_id))
    if key.ended_at is None:
        key.ended_at = now()
        record_own("key.ended", identity, f"key:{key.id}")


def end_all_keys(identity: Identity) -> int:
    """End all of the present person's keys, and say how many there were."""
    ended = _end_keys(identity.person_id)
    if ended:
        record_own("keys.ended", identity, count=ended)
    return ended


def mails_of(identity: Identity) -> dict[str, Any]:
    """The kinds of mail that the present person can do without, each in words: of DRC's people or of a municipality's."""
    return {kind: mail.words for kind, mail in features().mails.items() if mail.to_drc == identity.drc}


def change_profile(identity: Identity, name: str, title: str, phone: str, language: str, mails: frozenset[str]) -> None:
    """Change what stands of the present person. Of the kinds of mail, those that are not among `mails` are sent no more."""
    own = frozenset(mails_of(identity))
    kept = [kind for kind in queries.person(identity.person_id).unwanted_mails if kind not in own]
    unwanted = sorted({*kept, *(own - mails)})
    db.session.execute(select(func.app.set_profile(name, title, phone, language, literal(unwanted, ARRAY(Text)))))
    record_own("profile.changed", identity)


def language_of(identity: Identity) -> str | None:
    """The language that a person has chosen for the pages, wherever they sign in."""
    with acting_for(identity.reach), only_reading(), transaction():
        return queries.person(identity.person_id).language


def _end_keys(person_id: UUID) -> int:
    query = update(ApiToken).where(ApiToken.person_id == person_id, ApiToken.ended_at.is_(None))
    return len(db.session.execute(query.values(ended_at=now()).returning(ApiToken.id)).all())


def record_own(act: str, identity: Identity, subject: str = "", **details: Any) -> None:
    """Write into the ledger what somebody does with their own account: DRC's people in DRC's chain, others in a municipality's of theirs.

    Whoever has not yet said for which municipality they are here has none; the log tells of it all the same.
    """
    enter(act, identity, subject, **details)
    trail.note(act.replace(".", "_"), **details)


def enter(act: str, identity: Identity, subject: str = "", **details: Any) -> None:
    """Write into the chain of the ledger that is somebody's own what they did or were refused; nothing where there is none."""
    code = own_code(identity)
    if identity.drc or code:
        record(act, subject or f"person:{identity.person_id}", code, **details)


def own_code(identity: Identity) -> str | None:
    """The municipality in whose chain of the ledger stands what somebody does by themselves; None for DRC's people."""
    return None if identity.drc else identity.municipality_code or min(identity.codes, default=None)
