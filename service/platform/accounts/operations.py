"""What can be done about people: sign in and out, choose a municipality, issue and end keys."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _
from sqlalchemy import func, select, update

from service.platform.accounts import arriving, queries, rules
from service.platform.accounts.arriving import hash_of
from service.platform.accounts.models import ApiToken, LoginSession, Person
from service.platform.accounts.passwords import Weakness, weakness
from service.platform.accounts.rules import LookReason, RolePlace
from service.platform.accounts.turns import Turns
from service.platform.ledger.operations import record
from service.platform.web.arrival import Arrival, How
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.identity import Identity, KeyPurpose, Role, SignedInFor
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, let_go, now, only_reading, transaction
from tenants.reach import Office, Reach, door
from tenants.register import all_codes

_hasher = PasswordHasher()
# Verified for unknown people, so that an unknown address takes the time of a known one: of a password that nobody was told.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$D322v1iiXbCrdlfE9GUAtQ$2/7q9m75xRRlz/VXTG++giSlojHIdKBPjJGPQFY7lBU"
# Each takes all processors for a tenth of a second. Thirty people at once wait for their turn, and who only reads reads on.
_hashing = Turns(max_waiting=16, seconds=20)


def hash_password(password: str) -> str:
    """The argon2id hash of a password. Raises Busy."""
    with _hashing.mine():
        return _hasher.hash(password)


@dataclass(frozen=True, slots=True)
class Begun:
    """A session that has begun with the right first step: its token, for the cookie, and whether that was all that was to be proved."""

    token: str
    proved: bool


def sign_in(email: str, password: str, device: str = "") -> Begun:
    """Begin a session on a device. Raises Refusal, the same for every cause, when address and password do not fit, or Busy."""
    let_go()
    with acting_for(door()), transaction():
        found = queries.person_by_email(email)
    # PostgreSQL tells the hash of the one person whom its pass names, and of nobody else.
    mine = Reach(Office.DOOR, person_id=found.id if found else None)
    with acting_for(mine), transaction():
        stored = queries.own_password() or NOBODY
    refused = Refusal(
        _(
            "E-mail address and password do not match. Check both and try again."
            " If your municipality has its own login, use that."
        )
    )
    if not fits(stored, password):  # whoever it is, and whether there is one, the work ends here
        raise refused
    renewed = hash_password(password) if _hasher.check_needs_rehash(stored) else None
    with acting_for(mine), transaction():  # much may have happened while we waited for our turn
        person = db.session.get(Person, found.id) if found else None
        if person is None or person.disabled_at is not None or queries.own_password() != stored:
            raise refused
        if renewed is not None:
            set_password(person.id, stored, renewed)
        token = arriving.begin(person.id, device=device)
        return Begun(token, proved=arriving.prove(token, person.id, How.PASSWORD))


def own_password_fits(password: str) -> bool:
    """Whether that is the present person's own password. Raises Busy."""
    stored = queries.own_password()
    let_go()
    return stored is not None and fits(stored, password)


def set_password(person_id: UUID, before: str | None, hashed: str) -> bool:
    """Let another password, by its hash, open a person's account: the present person's own, or the first of one who has none.

    Returns whether it was done: not where the one `before` is not the one that is there.
    """
    return bool(db.session.scalar(select(func.app.set_password(person_id, before, hashed))))


def fits(stored: str, password: str) -> bool:
    """Whether a password is the one that a hash is of. Raises Busy."""
    try:
        with _hashing.mine():
            return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def sign_out(token: str) -> LoginSession | None:
    """End the session of that token, and return it; harmless when it is over."""
    ended = update(LoginSession).where(LoginSession.token_hash == hash_of(token)).values(ended_at=now())
    return db.session.scalar(ended.returning(LoginSession))


def refuse_weak(password: str, field: str, *own: str) -> None:
    """Raise Refusal, beside `field`, for a password that others would guess; `own` is what is known of its person."""
    match weakness(password, *own):
        case Weakness.SHORT:
            message = _("Choose a password of at least 12 characters.")
        case Weakness.COMMON:
            message = _(
                "Many use this password, or it has leaked from another service, so it is tried first."
                " Choose another, for example four words that do not belong together."
            )
        case Weakness.OWN:
            message = _(
                "Do not build the password of your name, your e-mail or the service's name. Choose four words, for example."
            )
        case None:
            return
    raise Refusal(message, {field: [message]})


def whose_session(token: str) -> UUID | None:
    """Whose session that token is or was; None where there was none."""
    with acting_for(door()), only_reading(), transaction():
        found = db.session.get(LoginSession, hash_of(token))
        return found.person_id if found else None


def identify_session(token: str) -> Identity | None:
    """The person whose living session has that token, or None. In a short transaction of its own, at the door."""
    moment = now()
    with acting_for(door()), only_reading(), transaction():
        found = db.session.get(LoginSession, hash_of(token))
        arrival = arriving.arrival_of(found)
        if not found or not arrival or not rules.alive(found.created_at, found.last_seen_at, found.ended_at, moment):
            return None
        identity = _identity(found.person_id, token, found.municipality_code, moment, arrival=arrival)
    if moment - found.last_seen_at >= rules.SEEN_EVERY:
        _note_seen(found, moment)
    if identity is None:
        return None
    holds = SignedInFor(int(rules.IDLE.total_seconds()), found.created_at + rules.ABSOLUTE)
    identity = replace(identity, signed_in_for=holds)
    if found.viewing_code is None or found.viewing_until is None or found.viewing_until <= moment or not identity.drc:
        return identity
    return _looking(identity, found.viewing_code, found.viewing_until)


def _note_seen(row: LoginSession, moment: dt.datetime) -> None:
    """Note that a session is in use, beside whatever its person reads or does; in their name, as nobody at the door changes a row."""
    with acting_for(Reach(Office.DOOR, person_id=row.person_id)), transaction():
        seen = update(LoginSession).where(LoginSession.token_hash == row.token_hash)
        db.session.execute(seen.values(last_seen_at=moment))


def _looking(identity: Identity, code: str, until: dt.datetime) -> Identity:
    """One of DRC's people with the eyes of a municipality's staff: its office and reach, so the walls stand as they do for them."""
    if code not in identity.codes:
        return identity  # it is no longer in the territory
    return replace(
        identity,
        office=Office.MUNICIPALITY,
        roles=frozenset({Role.STAFF}),
        codes=frozenset({code}),
        municipality_code=code,
        viewing=code,
        viewing_until=until,
    )


def look_as(identity: Identity, code: str, why: LookReason) -> None:
    """Let the present session look through a municipality's eyes for a while. It is in the municipality's ledger, with the reason."""
    record("view.opened", f"municipality:{code}", code, why=why.value)
    mine = update(LoginSession).where(LoginSession.token_hash == hash_of(identity.token))
    db.session.execute(mine.values(viewing_code=code, viewing_until=now() + rules.LOOKING))


def stop_looking(identity: Identity) -> None:
    """Let the present session be its person's own again."""
    if identity.viewing is not None:
        record("view.closed", f"municipality:{identity.viewing}", identity.viewing)
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == hash_of(identity.token))
        .values(viewing_code=None, viewing_until=None)
    )


def identify_key(token: str) -> Identity | None:
    """The person whose key in use that is, for what the key is for; or None."""
    moment = now()
    with acting_for(door()), only_reading(), transaction():
        key = db.session.scalar(select(ApiToken).where(ApiToken.token_hash == hash_of(token)))
        if key is None or not rules.key_holds(key.expires_at, key.ended_at, moment):
            return None
        identity = _identity(key.person_id, "", None, moment, every_municipality=True)
    if identity is None:
        return None
    if key.last_used_at is None or moment - key.last_used_at >= rules.SEEN_EVERY:
        _note_used(key, moment)
    return replace(identity, purpose=KeyPurpose(key.purpose))


def key_once(token: str) -> ApiToken | None:
    """The key that this is or was; None where there was none."""
    with acting_for(door()), only_reading(), transaction():
        return db.session.scalar(select(ApiToken).where(ApiToken.token_hash == hash_of(token)))


def _note_used(key: ApiToken, moment: dt.datetime) -> None:
    """Note that a key is in use, as of a session."""
    with acting_for(Reach(Office.DOOR, person_id=key.person_id)), transaction():
        db.session.execute(update(ApiToken).where(ApiToken.id == key.id).values(last_used_at=moment))


def _identity(
    person_id: UUID,
    token: str,
    chosen: str | None,
    moment: dt.datetime,
    *,
    every_municipality: bool = False,
    arrival: Arrival | None = None,
) -> Identity | None:
    """The person as plain values. A key acts for all its person's municipalities, a session for the chosen one."""
    day = day_of(moment)
    person, places = queries.person_with_places(person_id, day)
    if person.disabled_at is not None or not places:
        return None
    roles = {place.role for place in places}
    at: str | None = None
    codes: frozenset[str]
    if roles & {Role.SECRETARIAT, Role.CONSULTANT}:
        office = Office.DRC
        territories = [place.territory for place in places if place.territory]
        codes = all_codes() if Role.SECRETARIAT in roles else queries.codes_of_territories(territories, day)
        roles &= {Role.SECRETARIAT, Role.CONSULTANT}
    else:
        office = Office.MUNICIPALITY
        at = rules.acts_for(places, chosen)
        held = {place.municipality_code for place in places if place.municipality_code}
        codes = frozenset(held if every_municipality else {at} if at else ())
        roles = {place.role for place in places if place.municipality_code in codes}
    return Identity(
        person_id=person.id,
        name=person.name,
        email=person.email,
        office=office,
        roles=frozenset(roles),
        codes=codes,
        token=token,
        municipality_code=at,
        several_municipalities=len({p.municipality_code for p in places if p.municipality_code}) > 1,
        arrival=arrival,
    )


def identity_of(account: UUID | str) -> Identity | None:
    """Who has the account with that id or address, as they would be let in, with all their municipalities; None where nobody would be."""
    found = queries.person_by_email(account) if isinstance(account, str) else db.session.get(Person, account)
    return _identity(found.id, "", None, now(), every_municipality=True) if found else None


def reach_of_drc(person_id: UUID) -> Reach | None:
    """The present reach of one of DRC's people, for work that they asked for; None when they have no access any more."""
    identity = _identity(person_id, "", None, now())
    return identity.reach if identity is not None and identity.drc else None


def choose_municipality(identity: Identity, code: str) -> None:
    """Let the present session act for another of the person's municipalities. Raises NotFound for one that is not theirs."""
    if code not in {place.municipality_code for place in queries.places_of(identity.person_id)}:
        raise NotFound
    db.session.execute(
        update(LoginSession).where(LoginSession.token_hash == hash_of(identity.token)).values(municipality_code=code)
    )


def places(identity: Identity) -> list[RolePlace]:
    """The present person's places, in order."""
    return sorted(queries.places_of(identity.person_id), key=lambda place: (place.role, place.municipality_code or ""))
