"""What can be done about second steps: show one, choose one, remove one, and take all of somebody's away.

Whatever a person proves ends in a session that is new (`service/platform/accounts/arriving.py`); its token is returned, for the cookie.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID

import pyotp
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ARRAY, LargeBinary, cast, func, select

from service.platform.accounts import arriving, own_account
from service.platform.accounts import operations as accounts
from service.platform.factors import letters, passkeys, queries, rules, sealing
from service.platform.factors.passkeys import NotProved, Place
from service.platform.factors.queries import Held
from service.platform.factors.rules import Kind, PasskeyAsked, PasskeyPurpose
from service.platform.ledger.operations import record
from service.platform.web import trail
from service.platform.web.arrival import How, demanded
from service.platform.web.errors import Conflict, NotFound, Refusal
from service.platform.web.identity import Identity
from tenants.acting import acting_for
from tenants.database import db, let_go, now, transaction, uuid7, vouch
from tenants.reach import Office, Reach


@dataclass(frozen=True, slots=True)
class ShownStep:
    """What somebody shows as their second step: a code as it was typed, or what a browser says that a passkey has signed."""

    code: str = ""
    passkey: str = ""


def place() -> Place | None:
    """Where passkeys are good; None where the service is reached by a bare IP address."""
    return passkeys.place_of(current_app.extensions["settings"].public_url)


def _key(use: str) -> bytes:
    return sealing.key_of(current_app.config["SECRET_KEY"], use)


def challenge(asked: PasskeyAsked) -> bytes:
    """A new challenge for a passkey."""
    return rules.challenge(asked, _key("challenge"), now(), secrets.token_bytes(rules.CHANCE))


def question(asked: PasskeyAsked, held: list[Held]) -> str | None:
    """What a browser is told to show one of these passkeys; None where there is none, or where they are not good."""
    ids = [each.credential_id for each in held if each.kind is Kind.PASSKEY]
    where = place()
    return passkeys.to_show(where, ids, challenge(asked)) if ids and where else None


def second_step(token: str, shown: ShownStep, first: How) -> str:
    """The session that opens everything, for one that waited for its second step after that first one: its token. Raises Refusal."""
    let_go()
    person_id = arriving.waiting(token)
    if person_id is None:
        raise Conflict(_("It took too long. Sign in again."))
    with acting_for(Reach(Office.DOOR, person_id=person_id)), transaction():
        how = _how(shown, PasskeyAsked(PasskeyPurpose.SIGN_IN, token, person_id), queries.own())
        return arriving.prove_anew(token, person_id, how.after(first))


def confirm(identity: Identity, password: str, shown: ShownStep) -> str:
    """The session of one who proves anew who they are, in place of the present one: its token. Raises Refusal, or Busy.

    Whoever came by a municipality's provider has no password to show, and does it there, or by their second step here.
    """
    first, held = first_of(identity), queries.own()
    if first is How.PASSWORD and not accounts.own_password_fits(password):
        raise _beside("password", _("The password is not right."))
    if first is not How.PASSWORD and not held:
        raise Refusal(_("Confirm it with the municipality's login."))
    asked = PasskeyAsked(PasskeyPurpose.CONFIRM, identity.token, identity.person_id)
    how = _how(shown, asked, held).after(first) if held else first
    return arriving.prove_anew(identity.token, identity.person_id, how)


def first_of(identity: Identity) -> How:
    """The first step by which somebody has come."""
    return identity.arrival.how.first if identity.arrival else How.PASSWORD


def _how(shown: ShownStep, asked: PasskeyAsked, held: list[Held]) -> How:
    """What has been proved by what somebody shows. What works once is used by it. Raises Refusal."""
    if shown.passkey:
        return _by_passkey(shown.passkey, asked, held)
    if rules.is_from_app(shown.code):
        return _by_app(shown.code, asked.person_id, held)
    event = db.session.scalar(select(func.app.use_code(rules.tidy(shown.code)))) if shown.code else None
    if event is not None:
        letters.wake(event)
        trail.note("recovery_code_used", person=str(asked.person_id))
        return How.RECOVERY
    raise _beside("code", _("The code is not right. Look whether it is of this service, and not used before."))


def _by_app(code: str, person_id: UUID, held: list[Held]) -> How:
    for each in held:
        secret = sealing.opened(each.secret, person_id, _key("app")) if each.kind is Kind.TOTP else None
        step = rules.step_of(secret, code, now()) if secret else None
        if step is not None and _use(each, step):
            return How.TOTP
    raise _beside("code", _("The code is not right, or has been used. Wait for the next one in the app."))


def _by_passkey(answer: str, asked: PasskeyAsked, held: list[Held]) -> How:
    """The passkey must be one of the person's own, and sign a challenge that was made for this session, this person and this."""
    where = place()
    try:
        credential_id, signed = passkeys.read(answer)
        mine = next((each for each in held if each.kind is Kind.PASSKEY and each.credential_id == credential_id), None)
        if where is None or mine is None or not rules.holds(signed, asked, _key("challenge"), now()):
            raise NotProved
        known = passkeys.Made(mine.credential_id, mine.public_key, mine.counter)
        if not _use(mine, passkeys.shown(where, answer, signed, known)):
            raise NotProved
    except NotProved as error:
        raise _no_passkey() from error
    return How.PASSKEY


def _use(each: Held, count: int) -> bool:
    return bool(db.session.scalar(select(func.app.use_factor(each.id, count))))


def _no_passkey() -> Refusal:
    return _beside("passkey", _("The passkey was not accepted. Try again, and use one that you have chosen here."))


def _beside(field: str, message: str) -> Refusal:
    return Refusal(message, {field: [message]})


@dataclass(frozen=True, slots=True)
class Chosen:
    """A second step that was added: the token of the session in place of the present one, and recovery codes where there were none."""

    token: str
    codes: tuple[str, ...]


def new_secret(identity: Identity) -> tuple[str, str]:
    """A secret for an app, and the same sealed for its person alone, as it comes back with the first code."""
    secret = pyotp.random_base32()
    return secret, seal(identity, secret)


def seal(identity: Identity, secret: str) -> str:
    """A secret sealed for its person alone, as text."""
    return sealing.seal(secret, identity.person_id, _key("app")).hex()


def secret_in(identity: Identity, sealed: str) -> str:
    """The secret that was sealed for this person. Raises Refusal for another's, or what is none."""
    try:
        secret = sealing.opened(bytes.fromhex(sealed), identity.person_id, _key("app"))
    except ValueError:
        secret = None
    if secret is None:
        raise Refusal(_("The page was too old. Scan the new code."))
    return secret


def add_app(identity: Identity, name: str, sealed: str, code: str) -> Chosen:
    """Let an app be a second step: its first code shows that it has the secret. Raises Refusal."""
    secret = secret_in(identity, sealed)
    step = rules.step_of(secret, code, now())
    if step is None:
        raise _beside("code", _("The code is not right. Is the clock of the phone right? Wait for the next code."))
    kept = sealing.seal(secret, identity.person_id, _key("app"))
    return _add(identity, Kind.TOTP, name, (None, None, kept, step), How.TOTP)


def add_passkey(identity: Identity, name: str, answer: str) -> Chosen:
    """Let a passkey that a browser has made be a second step. Raises Refusal."""
    asked = PasskeyAsked(PasskeyPurpose.REGISTER, identity.token, identity.person_id)
    where = place()
    try:
        _id, signed = passkeys.read(answer)
        if where is None or not rules.holds(signed, asked, _key("challenge"), now()):
            raise NotProved
        made = passkeys.made(where, answer, signed)
    except NotProved as error:
        raise _beside("passkey", _("The passkey could not be made. Try again.")) from error
    return _add(identity, Kind.PASSKEY, name, (made.credential_id, made.public_key, None, made.counter), How.PASSKEY)


def question_to_make(identity: Identity) -> str | None:
    """What a browser is told to make a passkey; None where passkeys are not good."""
    where = place()
    if where is None:
        return None
    held = [each.credential_id for each in queries.own() if each.kind is Kind.PASSKEY]
    asked = PasskeyAsked(PasskeyPurpose.REGISTER, identity.token, identity.person_id)
    return passkeys.to_make(where, identity.person_id, identity.email, identity.name, held, challenge(asked))


Parts = tuple[bytes | None, bytes | None, bytes | None, int]  # credential, public key, sealed secret, counter


def _add(identity: Identity, kind: Kind, name: str, parts: Parts, how: How) -> Chosen:
    held = queries.own()
    if len(held) >= rules.MAX_FACTORS:
        raise Refusal(_("You have ten already. Remove one that you no longer use first."))
    key, (_credential, public_key, sealed, _count) = uuid7(), parts
    word = vouch("added", identity.person_id, key, kind.value, (public_key or sealed or b"").hex())
    event = db.session.scalar(select(func.app.add_factor(key, kind.value, name, *parts, word)))
    if event is None:
        raise Conflict(_("This passkey is here already."))
    letters.wake(event)
    _record(identity, "factor.added", kind=kind.value)
    codes = () if queries.codes_left() else _new_codes(identity)
    token = arriving.prove_anew(identity.token, identity.person_id, how.after(first_of(identity)))
    own_account.end_sessions(identity.person_id, token)
    return Chosen(token, codes)


def remove(identity: Identity, factor_id: UUID) -> None:
    """Remove one of one's own. Other sessions end. Raises NotFound, and Refusal for the last one where one is demanded."""
    held = queries.own()
    mine = next((each for each in held if each.id == factor_id), None)
    if mine is None:
        raise NotFound
    if not rules.may_remove(len(held), demanded(identity.roles, current_app.extensions["settings"].production)):
        raise Refusal(_("You must have one. Add another before you remove this."))
    letters.wake(_done(select(func.app.remove_factor(mine.id, vouch("removed", identity.person_id, mine.id)))))
    _record(identity, "factor.removed", kind=mine.kind.value)
    own_account.end_sessions(identity.person_id, identity.token)


def renew_codes(identity: Identity) -> tuple[str, ...]:
    """New recovery codes, shown once; those before end. Raises Conflict for who has no second step."""
    if not queries.own():
        raise Conflict(_("Recovery codes stand in for a second step: choose one first."))
    return _new_codes(identity)


def _new_codes(identity: Identity) -> tuple[str, ...]:
    codes = [
        "".join(secrets.choice(rules.CODE_SIGNS) for _sign in range(rules.CODE_LENGTH)) for _code in range(rules.CODES)
    ]
    hashes = [arriving.hash_of(code) for code in codes]
    word = vouch("codes", identity.person_id, b"".join(hashes).hex())
    letters.wake(_done(select(func.app.renew_codes(cast(hashes, ARRAY(LargeBinary)), word))))
    _record(identity, "codes.renewed")
    return tuple(rules.in_groups(code) for code in codes)


def take(person_id: UUID, codes: set[str | None], reason: str) -> None:
    """Take all second steps of somebody away who has lost them. Their sessions end. Raises Conflict where there is none."""
    event = db.session.scalar(select(func.app.take_factors(person_id, reason)))
    if event is None:
        raise Conflict(_("There is no second step to take away."))
    letters.wake(event)
    for code in codes:
        record("factors.taken", f"person:{person_id}", code)


def _done(query: object) -> UUID:
    event: UUID | None = db.session.scalar(query)  # type: ignore[call-overload]
    if event is None:
        raise NotFound
    return event


def _record(identity: Identity, act: str, **facts: str) -> None:
    """Into the chain of whom they act for: the municipality, or DRC."""
    if identity.drc or identity.municipality_code:
        record(act, f"person:{identity.person_id}", None if identity.drc else identity.municipality_code, **facts)
