"""Ask for a link to one's own data, gather and mail it, and settle what its holder asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Uuid, column, delete, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import LargeBinary

from service.platform.ledger.operations import record
from service.platform.notices import operations as notices
from service.platform.notices.rules import fault_of_mail
from service.platform.people.rules import read, written
from service.platform.web import links
from service.platform.web.errors import Conflict, NotFound, Refusal
from service.platform.web.links import DeadLink, Link
from service.platform.work import leases, waking
from service.platform.work.waking import Wakeup
from service.volunteer.own_data import keeping, letters, queries
from service.volunteer.own_data.gathering import copy_of
from service.volunteer.own_data.models import OwnDataLink
from service.volunteer.own_data.rules import WishKind, secret_of
from service.volunteer.volunteers import operations as volunteers
from service.volunteer.volunteers import rules as volunteer_rules
from service.volunteer.volunteers.models import Volunteer
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock, present
from tenants.register import all_codes

JOB = "service.own_data.jobs.send"


def ask(email: str) -> None:
    """Have a link mailed to whichever volunteer has that address, at the door. The same is done where none has, and nothing is said."""
    _wake(db.session.scalars(select(func.app.ask_for_own_data(email))).one())


def order(volunteer_id: UUID) -> None:
    """Have a link mailed to a volunteer. Raises NotFound, and Refusal: for another's, and for one without an address of mail."""
    row = volunteers.maintained(volunteer_id)
    if not row.email:
        raise Refusal(_("The volunteer has no e-mail address."))
    made = _owe(row, present().person_id)
    record("own_data.ordered", f"volunteer:{row.id}", link=str(made))


def _owe(row: Volunteer, asked_by: UUID | None) -> UUID:
    made = OwnDataLink(email=row.email, volunteer_id=row.id, asked_at=now(), asked_by=asked_by)
    db.session.add(made)
    db.session.flush()
    _wake(made.id)
    return made.id


def _wake(link_id: UUID) -> None:
    waking.wake(JOB, str(link_id), queue=waking.MAIL)


def wakeups() -> list[Wakeup]:
    """What wakes workers for the links that wait to be mailed."""
    return [Wakeup(JOB, (str(key),), waking.MAIL) for key in queries.due()]


def send(link_id: UUID, mail_url: str, public_host: str, lease_seconds: int) -> bool:
    """Gather what a link shows, and mail it. Returns whether this call sent it: not where no volunteer has the address."""
    key = OwnDataLink.id == link_id
    with acting_for(clock()), transaction():
        codes = all_codes()
    with acting_for(clock(codes)):
        with transaction():
            lease = leases.claim(OwnDataLink, key, lease_seconds)
        if lease is None:
            return False
        try:
            return _send(key, lease, mail_url, public_host)
        except Exception as error:  # the server, the way to it, an address no header can carry: the link is kept
            fault, detail = fault_of_mail(error), notices.cause(error)
            leases.put_down(
                OwnDataLink, key, lease, error, "own_data_failed", fault=fault, detail=detail, link=str(link_id)
            )
    return False


def _send(key: ColumnElement[bool], lease: UUID, mail_url: str, public_host: str) -> bool:
    with transaction():
        row = leases.still_held(OwnDataLink, key, lease)
        if row is None:
            return False
        person = _whose(row)
        if person is None:
            db.session.delete(row)
            return False
        language = volunteer_rules.written_language(person.languages)
        address = prepare(row, person, language)
        notices.deliver(letters.letter(row, person.name, address, language), mail_url, public_host)
        leases.done(row)
        row.email, row.sent_at = "", now()
        record("own_data.sent", f"volunteer:{person.id}", link=str(row.id))
        return True


def _whose(row: OwnDataLink) -> Volunteer | None:
    """The volunteer that a link is for. Of several who have the address, each of the others gets a link of their own."""
    if row.volunteer_id is not None:
        person = db.session.get(Volunteer, row.volunteer_id)
        return person if person and person.erased_on is None else None
    found = queries.who_have(row.email)
    if not found:
        return None
    row.volunteer_id = found[0].id
    for each in found[1:]:
        _owe(each, None)
    return found[0]


def prepare(row: OwnDataLink, person: Volunteer, language: str) -> str:
    """Gather what a link shows and let its secret open it. Returns its address. Unattended work alone does."""
    with force_locale(language):
        found = copy_of(person, language)
    secret = secret_of(current_app.config["SECRET_KEY"], row.id)
    row.facts, row.package, row.token_hash = found.facts, found.package, db.session.scalar(select(func.sha256(secret)))
    return f"{current_app.extensions['settings'].public_url}/mine-oplysninger/{written(secret)}"


def forget_old() -> None:
    """Forget the links that are over, with the copies that they open, and the wishes that were settled long ago."""
    for each in (keeping.LINKS, keeping.WISHES):
        db.session.execute(delete(each.model).where(each.over(now())))


@dataclass(frozen=True, slots=True)
class OpenedOwnData(Link):
    """What a link to one's own data opens, read at the door: the copy that was made when it was mailed."""

    secret: bytes
    facts: Mapping[str, Any]
    package: bytes


def knock(token: str) -> OpenedOwnData:
    """What the link opens. Raises DeadLink for one that is not whole, or too old, and says what to do."""
    secret = read(token)
    opened = func.app.own_data(secret).table_valued(
        column("id", Uuid), column("facts", JSONB), column("package", LargeBinary), name="opened"
    )
    found = db.session.execute(select(opened)).one_or_none() if secret else None
    if secret is None or found is None:
        raise DeadLink(
            _(
                "The link is not whole, or it is older than seven days. Ask for a new one on the page “See your own data”."
            )
        )
    return OpenedOwnData("own data", (), found.id, secret, found.facts, bytes(found.package))


def here() -> OpenedOwnData:
    """What the present request's link opens."""
    link = links.here()
    if not isinstance(link, OpenedOwnData):
        raise NotFound
    return link


def wish(link: OpenedOwnData, kind: WishKind, words: str) -> None:
    """Note what the holder of a link asks for; DRC answers. Harmless to repeat. Raises DeadLink where the link has run out meanwhile."""
    if not db.session.scalar(select(func.app.wish_about_own_data(link.secret, kind.value, words))):
        raise DeadLink(_("The link has run out. Ask for a new one on the page “See your own data”."))


def settle(volunteer_id: UUID, wish_id: UUID) -> None:
    """Note that what a volunteer asked for is done. Raises NotFound, Refusal for another's volunteer, and Conflict where it is already."""
    volunteers.maintained(volunteer_id)
    row = queries.wish(volunteer_id, wish_id)
    if row.settled_at is not None:
        raise Conflict(_("It is settled already."))
    row.settled_at, row.settled_by = now(), present().person_id
    record("own_data.settled", f"volunteer:{volunteer_id}", kind=row.kind)
