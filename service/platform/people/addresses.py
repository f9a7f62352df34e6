"""Another address for an account: asked for, mailed to the new address as a link and told to the old one, and done by whoever opens it.

Nothing changes before the link is opened, once and within a day. Whoever asks learns nothing of whose an address is: the same is
written where an account has it already, and the worker then mails no link.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select, update

from service.platform.accounts import operations as accounts
from service.platform.accounts import own_account
from service.platform.accounts.models import Person
from service.platform.accounts.queries import person_by_email
from service.platform.ledger.operations import record
from service.platform.notices import operations as notices
from service.platform.notices.rules import Letter, fault_of_mail
from service.platform.people import letters, queries, rules
from service.platform.people.models import AddressChange
from service.platform.web import links, trail
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.identity import Identity
from service.platform.web.links import DeadLink, Link
from service.platform.work import leases, waking
from service.platform.work.waking import Wakeup
from tenants.acting import acting_for
from tenants.database import db, let_go, transaction
from tenants.reach import Office, Reach, clock

JOB = "service.people.jobs.send_address"
LINK = "address"  # what a secret is worked out for


def ask_own(identity: Identity, email: str) -> None:
    """Have a link mailed to the address that the present person is to have."""
    _ask(identity.person_id, email)
    own_account.record_own("address.asked", identity)


def ask_for(person_id: UUID, email: str, code: str | None) -> None:
    """Have a link mailed to the address that somebody is to have whom the present person keeps. Raises Refusal."""
    _ask(person_id, email)
    record("address.asked", f"person:{person_id}", code)


def _ask(person_id: UUID, email: str) -> None:
    made = db.session.scalar(select(func.app.ask_address(person_id, email)))
    if made is None:
        message = _("This person can change the address on “My account” alone, or ask DRC.")
        raise Refusal(message, {"email": [message]})
    waking.wake(JOB, str(made), queue=waking.MAIL)


def wakeups() -> list[Wakeup]:
    """What wakes workers for the mails that wait."""
    return [Wakeup(JOB, (str(key),), waking.MAIL) for key in queries.address_changes_due()]


def seal(change_id: UUID) -> str:
    """Let the link of a change open it, and return its address. Unattended work alone can."""
    secret = rules.secret_of(current_app.config["SECRET_KEY"], change_id, LINK)
    kept = update(AddressChange).where(AddressChange.id == change_id)
    db.session.execute(kept.values(token_hash=func.sha256(secret)))
    return f"{current_app.extensions['settings'].public_url}/mailadresse/{rules.written(secret)}"


def send(change_id: UUID, mail_url: str, public_host: str, lease_seconds: int) -> bool:
    """Send both mails of a change. Returns whether this call did: not where it is over, or another holds it."""
    key = AddressChange.id == change_id
    with acting_for(clock()):
        with transaction():
            lease = leases.claim(AddressChange, key, lease_seconds)
            link = seal(change_id) if lease else ""
        if lease is None:
            return False
        try:
            return _send(key, lease, link, mail_url, public_host)
        except Exception as error:  # the server, the way to it, an address no header can carry: the change is kept
            fault, detail = fault_of_mail(error), notices.cause(error)
            leases.put_down(
                AddressChange,
                key,
                lease,
                error,
                "address_failed",
                fault=fault,
                detail=detail,
                change=str(change_id),
            )
    return False


def _send(key: ColumnElement[bool], lease: UUID, link: str, mail_url: str, public_host: str) -> bool:
    with transaction():
        row = leases.still_held(AddressChange, key, lease)
        if row is None:
            return False
        stands = row.used_at is None and row.withdrawn_at is None
        if stands:
            person = db.session.get_one(Person, row.person_id)
            told = letters.address_asked(person, own=row.asked_by == row.person_id)
            old = Letter(uuid5(row.id, "told"), person.email, letters.ADDRESS_ASKED, told, row.made_at)
            notices.deliver(old, mail_url, public_host)
            if person_by_email(row.email) is None:
                new = letters.address_link(person, link)
                notices.deliver(
                    Letter(row.id, row.email, letters.ADDRESS_LINK, new, row.made_at), mail_url, public_host
                )
        leases.done(row)
        return stands


@dataclass(frozen=True, slots=True)
class OpenedChange(Link):
    """What the link of a change opens, read at the door."""

    secret: bytes
    person_id: UUID
    name: str
    email: str


def knock(token: str) -> OpenedChange:
    """What the link opens. Raises DeadLink for one that is not whole, used, too old or replaced."""
    secret = rules.read(token)
    found = queries.opened_change(secret) if secret else None
    if not secret or not found:
        raise DeadLink(
            _("The link is not whole. Open it from the mail again, or copy all of it. It may run over several lines.")
        )
    if not found.stands:
        raise _dead()
    row = db.session.get_one(AddressChange, found.id)
    person = db.session.get_one(Person, row.person_id)
    return OpenedChange(LINK, (), row.id, secret, person.id, person.name, row.email)


def _dead() -> DeadLink:
    return DeadLink(
        _("The link does not work any more. Sign in and look at “My account”, and ask for a new one there.")
    )


def here() -> OpenedChange:
    """The change that the present request's link opens."""
    link = links.here()
    if not isinstance(link, OpenedChange):
        raise NotFound
    return link


def confirm(link: OpenedChange) -> None:
    """Let the account have the address. Raises DeadLink where the link was used meanwhile, or somebody else has come to have it."""
    let_go()
    with acting_for(Reach(Office.DOOR, person_id=link.person_id)), transaction():
        identity = accounts.identity_of(link.person_id)
    reach = identity.reach if identity else Reach(Office.DOOR, person_id=link.person_id)
    with acting_for(reach), transaction():
        if not db.session.scalar(select(func.app.change_address(link.secret))):
            raise _dead()
        if identity is not None:
            own_account.enter("address.changed", identity)
    trail.note("address_changed", person=str(link.person_id))
