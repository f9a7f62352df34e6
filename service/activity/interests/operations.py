"""Take down that somebody would like to join, mail the link that confirms it, and let a volunteer come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Boolean, ColumnElement, Text, Uuid, cast, column, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from service.activity.interests import keeping, letters, queries, rules
from service.activity.interests.models import Interest
from service.activity.interests.rules import InterestDeed, InterestState
from service.platform.ledger.operations import record, record_reading
from service.platform.notices import operations as notices
from service.platform.notices.rules import fault_of_mail
from service.platform.people.rules import read, written
from service.platform.web import links
from service.platform.web.errors import Conflict, NotFound
from service.platform.web.language import ASKED
from service.platform.web.links import DeadLink, Link
from service.platform.work import leases, waking
from service.platform.work.waking import Wakeup
from service.volunteer.volunteers import bulk
from service.volunteer.volunteers import operations as volunteers
from service.volunteer.volunteers import queries as volunteer_queries
from service.volunteer.volunteers.rules import VolunteerStatus
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import clock, present

JOB = "service.interests.jobs.send"


def ask(told: Mapping[str, Any]) -> None:
    """Take down what a stranger has told, and have the link mailed. Where an address has several open already, nothing is, nor said."""
    made = db.session.scalar(select(func.app.note_interest(cast(dict(told), JSONB))))
    if made is not None:
        _wake(made)


def _wake(interest_id: UUID) -> None:
    waking.wake(JOB, str(interest_id), queue=waking.MAIL)


def wakeups() -> list[Wakeup]:
    """What wakes workers for the links that wait to be mailed."""
    return [Wakeup(JOB, (str(key),), waking.MAIL) for key in queries.due()]


def send(interest_id: UUID, mail_url: str, public_host: str, lease_seconds: int) -> bool:
    """Mail the link that confirms it. Returns whether this call sent it."""
    key = Interest.id == interest_id
    with acting_for(clock()):
        with transaction():
            lease = leases.claim(Interest, key, lease_seconds)
        if lease is None:
            return False
        try:
            return _send(key, lease, mail_url, public_host)
        except Exception as error:  # the server, the way to it, an address no header can carry: the link is kept
            fault, detail = fault_of_mail(error), notices.cause(error)
            leases.put_down(
                Interest, key, lease, error, "interest_failed", fault=fault, detail=detail, interest=str(interest_id)
            )
    return False


def _send(key: ColumnElement[bool], lease: UUID, mail_url: str, public_host: str) -> bool:
    with transaction():
        row = leases.still_held(Interest, key, lease)
        if row is None:
            return False
        notices.deliver(letters.letter(row, prepare(row)), mail_url, public_host)
        leases.done(row)
        row.sent_at = now()
        return True


def prepare(row: Interest) -> str:
    """Let the secret of a link open what it is for. Returns its address. Unattended work alone does."""
    secret = rules.secret_of(current_app.config["SECRET_KEY"], row.id)
    row.token_hash = db.session.scalar(select(func.sha256(secret)))
    english = f"?{ASKED}=en" if row.language == "en" else ""
    return f"{current_app.extensions['settings'].public_url}/bliv-frivillig/{written(secret)}{english}"


@dataclass(frozen=True, slots=True)
class OpenedInterest(Link):
    """What a link opens, read at the door."""

    secret: bytes
    told: Mapping[str, Any]
    state: InterestState


def knock(token: str) -> OpenedInterest:
    """What the link opens. Raises DeadLink for one that is not whole, or too old, and says what to do."""
    secret = read(token)
    opened = func.app.interest(secret).table_valued(
        column("id", Uuid),
        *(column(name, Text) for name in ("municipality_code", "group_name", "name", "email", "phone", "consent")),
        *(column(name, ARRAY(Text)) for name in ("themes", "weekdays")),
        *(column(name, Boolean) for name in ("confirmed", "answered", "withdrawn")),
        name="opened",
    )
    found = db.session.execute(select(opened)).mappings().one_or_none() if secret else None
    if secret is None or found is None:
        raise DeadLink(_("The link is not whole, or it has run out. Fill in the form once more."))
    state = rules.state_of(found["confirmed"], found["answered"], found["withdrawn"])
    return OpenedInterest("interest", (found["municipality_code"],), found["id"], secret, dict(found), state)


def here() -> OpenedInterest:
    """What the present request's link opens."""
    link = links.here()
    if not isinstance(link, OpenedInterest):
        raise NotFound
    return link


def settle(link: OpenedInterest, deed: InterestDeed) -> None:
    """Confirm it, or take it back. Harmless to repeat. Raises DeadLink where the link has run out meanwhile."""
    if not db.session.scalar(select(func.app.settle_interest(link.secret, deed.value))):
        raise DeadLink(_("The link is not whole, or it has run out. Fill in the form once more."))


def take_in() -> None:
    """Let an interested volunteer come of each that was confirmed, or tie it to whom DRC knows; and let go who no longer would like to.

    In the reach, each once. Who has left is interested again; who would still like to join another group is not let go.
    """
    for row in queries.to_take_in():
        known = row.volunteer_id or queries.known_as(row.email)
        row.volunteer_id, row.taken_in_at = known or _enter(row), now()
        db.session.flush()
        if known and volunteer_queries.volunteer(known).status == VolunteerStatus.LEFT:
            bulk.step(known, day_of(now()), VolunteerStatus.INTERESTED)
        record("interest.taken_in", f"interest:{row.id}", volunteer=str(row.volunteer_id))
    for row in queries.to_let_go():
        row.let_go_at = now()
        db.session.flush()
        if row.volunteer_id and queries.only_interested(row.volunteer_id):
            bulk.step(row.volunteer_id, day_of(now()), VolunteerStatus.LEFT)
        record("interest.withdrawn", f"interest:{row.id}", volunteer=str(row.volunteer_id or ""))


def _enter(row: Interest) -> UUID:
    told = {"name": row.name, "email": row.email, "phone": row.phone, "home_code": row.municipality_code}
    return volunteers.create(told, anyway=True).id


def looked_at(row: Interest) -> None:
    """Note in the ledger that the present person has looked at one."""
    record_reading("interest.read", f"interest:{row.id}")


def answer(interest_id: UUID) -> Interest:
    """Note that somebody has been answered. Raises NotFound, and Conflict where that is noted, or nobody waits any more."""
    row = queries.interest(interest_id, lock=True)
    if queries.state(row) is not InterestState.WAITING:
        raise Conflict(_("Nobody waits for an answer here any more."))
    row.answered_at, row.answered_by = now(), present().person_id
    record("interest.answered", f"interest:{row.id}")
    return row


def forget_old() -> None:
    """Forget what nobody confirmed, and what is over."""
    for each in keeping.RETENTIONS:
        db.session.execute(delete(each.model).where(each.over(now())))
