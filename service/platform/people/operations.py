"""What can be done about people: invite, end a role, shut out, and a link that is opened once.

What PostgreSQL lets the present person do it decides itself (`writers.py`); here it is said in words, written into the ledger, and
held to what the rules know besides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, Uuid, column, delete, func, select, text, update

from service.platform.accounts import queries as accounts
from service.platform.accounts.models import Person
from service.platform.accounts.operations import hash_password, refuse_weak
from service.platform.feature import features
from service.platform.ledger.operations import record
from service.platform.notices import operations as notices
from service.platform.notices.rules import fault_of_mail
from service.platform.people import keeping, letters, queries, rules
from service.platform.people.models import AddressChange, Invitation
from service.platform.people.rules import Invited, LinkPurpose, LinkState
from service.platform.web import links, trail
from service.platform.web.errors import Conflict, NotFound, Refusal
from service.platform.web.identity import Role
from service.platform.web.links import DeadLink, Link
from service.platform.work import leases, waking
from service.platform.work.waking import Wakeup
from tenants import periods
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, let_go, now, transaction, uuid7
from tenants.models import Municipality
from tenants.reach import Office, Reach, clock

JOB = "service.people.jobs.send"
ONE_AT_A_TIME = 0x70656F70  # the key of a lock in PostgreSQL: two who end each other's role at once would leave nobody


def invite(invited: Invited) -> UUID:
    """Invite somebody to take up a role, and mail them a link. Returns the invitation's id. Raises Refusal.

    Whoever is invited to the same again has a new link, and the one before opens nothing more.
    """
    if not rules.has_its_place(invited):
        raise Refusal(
            _("Say where the role holds: a consultant's territory, or the municipality of its manager and staff.")
        )
    code, today = invited.municipality_code, day_of(now())
    if code is not None and len(queries.waiting(code)) >= rules.MAX_OPEN:
        raise Refusal(_("There are %(most)s invitations that wait. Withdraw some of them first.", most=rules.MAX_OPEN))
    made = db.session.execute(_invite(invited)).one_or_none()
    if made is None:
        raise _beside("email", _("DRC has closed this person's account. Call your consultant at DRC."))
    invitation_id: UUID = made.invitation
    person_id: UUID = made.person_id
    if invited.role is not Role.CONSULTANT and person_id in queries.holders(invited.role, code, today):
        raise _beside("email", _("This person has the role already."))
    record("person.invited", f"person:{person_id}", code, role=invited.role.value)
    waking.wake(JOB, str(invitation_id), queue=waking.MAIL)
    return invitation_id


def _invite(invited: Invited) -> Select[Any]:
    where = (invited.role.value, invited.municipality_code, invited.territory)
    made = func.app.invite(uuid7(), invited.email, invited.name, *where, invited.reason)
    return select(made.table_valued(column("invitation", Uuid), column("person_id", Uuid), name="made"))


def not_yours() -> str:
    """What is said to whoever would give a role that is not theirs to give."""
    return _("DRC's secretariat gives DRC's roles and managers, a manager those of the municipality.")


def _beside(field: str, message: str) -> Refusal:
    return Refusal(message, {field: [message]})


def withdraw(invitation_id: UUID, code: str | None) -> None:
    """Let an invitation's link open nothing more. Harmless to repeat."""
    if db.session.scalar(select(func.app.withdraw_invitation(invitation_id))):
        record("invitation.withdrawn", f"invitation:{invitation_id}", code)


def end_role(membership_id: UUID, role: Role, person_id: UUID, code: str | None, reason: str) -> None:
    """End a role at once. Raises Refusal where nobody would be left, and Conflict where it has ended already."""
    _hold_on_to_the_last(role, person_id, code)
    if not db.session.scalar(select(func.app.end_role(membership_id, reason))):
        raise Conflict(_("The role has ended already."))
    leave(person_id, code)
    record("role.ended", f"person:{person_id}", code, role=role.value)


def disable(person_id: UUID, reason: str) -> None:
    """Shut somebody out at once: roles, sessions, keys, feeds and password end. Raises Refusal where nobody would be left, or Conflict."""
    held = queries.roles_now(person_id, day_of(now()))
    for row in held:
        _hold_on_to_the_last(Role(row.role), person_id, row.municipality_code)
    if not db.session.scalar(select(func.app.disable(person_id, reason))):
        raise Conflict(_("The account is closed already."))
    leave(person_id, None)
    for code in {row.municipality_code for row in held} or {None}:
        record("person.disabled", f"person:{person_id}", code)


def leave(person_id: UUID, code: str | None) -> None:
    """Let end what features keep for a person: of a municipality, or all."""
    for end in features().leaving:
        end(person_id, code)


def _hold_on_to_the_last(role: Role, person_id: UUID, code: str | None) -> None:
    db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    today = day_of(now())
    others = set(queries.holders(role, code, today)) - {person_id}
    agreement = code is not None and periods.in_force(code, today) is not None
    if rules.leaves_nobody(role, len(others), agreement):
        raise Refusal(
            _("Nobody else is in the secretariat. Invite a successor, and wait until the invitation is taken up.")
            if role is Role.SECRETARIAT
            else _(
                "The municipality has an agreement and no other manager. Invite a successor, and wait until they have said yes."
            )
        )


def seal(invitation_id: UUID) -> str:
    """Let the link of an invitation open it, and return its address. Unattended work alone can."""
    secret = rules.secret_of(current_app.config["SECRET_KEY"], invitation_id)
    db.session.execute(update(Invitation).where(Invitation.id == invitation_id).values(token_hash=func.sha256(secret)))
    return f"{current_app.extensions['settings'].public_url}/invitation/{rules.written(secret)}"


def wakeups() -> list[Wakeup]:
    """What wakes workers for the mails that wait."""
    return [Wakeup(JOB, (str(key),), waking.MAIL) for key in queries.due()]


def send(invitation_id: UUID, mail_url: str, public_host: str, lease_seconds: int) -> bool:
    """Send the mail of an invitation. Returns whether this call sent it: not where there is nobody to send it to, or it is over."""
    key = Invitation.id == invitation_id
    with acting_for(clock()):
        with transaction():
            lease = leases.claim(Invitation, key, lease_seconds)
            link = seal(invitation_id) if lease else ""
        if lease is None:
            return False
        try:
            return _send(key, lease, link, mail_url, public_host)
        except Exception as error:  # the server, the way to it, an address no header can carry: the invitation is kept
            fault, detail = fault_of_mail(error), notices.cause(error)
            leases.put_down(
                Invitation,
                key,
                lease,
                error,
                "invitation_failed",
                fault=fault,
                detail=detail,
                invitation=str(invitation_id),
            )
    return False


def _send(key: ColumnElement[bool], lease: UUID, link: str, mail_url: str, public_host: str) -> bool:
    with transaction():
        row = leases.still_held(Invitation, key, lease)
        if row is None:
            return False
        if row.person_id is None:  # nobody here has the address that a new password was asked for
            db.session.delete(row)
            return False
        state = rules.state_of(
            row.used_at is not None, row.withdrawn_at is not None, row.expires_at, now(), stands=True
        )
        if state is LinkState.OPEN:
            inviter = accounts.names([row.made_by]).get(row.made_by) if row.made_by else None
            place = db.session.get(Municipality, row.municipality_code) if row.municipality_code else None
            person = db.session.get_one(Person, row.person_id)
            letter = letters.letter(row, person, link, inviter, place.official_name if place else None)
            notices.deliver(letter, mail_url, public_host)
        leases.done(row)
        return state is LinkState.OPEN


def ask_for_password(email: str) -> None:
    """Have a link for a new password mailed to whoever has that address. The same is done where nobody has it, and nothing is said."""
    invitation_id = db.session.scalar(select(func.app.ask_for_password(email)))
    waking.wake(JOB, str(invitation_id), queue=waking.MAIL)


def forget_old() -> None:
    """Forget the links for a new password or another address that are long over."""
    db.session.execute(delete(Invitation).where(keeping.RESETS.over(now())))
    db.session.execute(delete(AddressChange).where(keeping.CHANGES.over(now())))


@dataclass(frozen=True, slots=True)
class OpenedInvitation(Link):
    """What an invitation's link opens, read at the door."""

    secret: bytes
    person_id: UUID
    name: str
    email: str
    role: Role | None  # None: a new password
    territory: str | None
    municipality: str | None
    inviter: str | None
    known: bool  # a password lets them in already

    @property
    def future(self) -> Reach:
        """Whose rows its person sees once it is taken up: so that the ledger says in what capacity it was."""
        if self.role is None:
            return Reach(Office.DOOR, person_id=self.person_id)
        office = Office.DRC if self.role in rules.DRCS else Office.MUNICIPALITY
        return Reach(office, frozenset(self.codes), self.person_id)


def knock(token: str) -> OpenedInvitation:
    """What the link opens. Raises DeadLink for one that is not whole, used, too old or withdrawn, and says what to do."""
    secret = rules.read(token)
    found = queries.opened(secret) if secret else None
    if not secret or not found:
        raise DeadLink(
            _("The link is not whole. Open it from the mail again, or copy all of it. It may run over several lines.")
        )
    row = db.session.get_one(Invitation, found.id)
    state = rules.state_of(row.used_at is not None, row.withdrawn_at is not None, row.expires_at, now(), found.stands)
    codes = (row.municipality_code,) if row.municipality_code else ()
    if state is not LinkState.OPEN:
        raise DeadLink(_dead(state, LinkPurpose(row.purpose)), codes)
    person = db.session.get_one(Person, row.person_id)
    place = db.session.get(Municipality, row.municipality_code) if row.municipality_code else None
    return OpenedInvitation(
        purpose=row.purpose,
        codes=codes,
        id=row.id,
        secret=secret,
        person_id=person.id,
        name=row.name or person.name,
        email=person.email,
        role=Role(row.role) if row.role else None,
        territory=row.territory,
        municipality=place.official_name if place else None,
        inviter=accounts.names([row.made_by]).get(row.made_by) if row.made_by else None,
        known=found.known,
    )


def _dead(state: LinkState, purpose: LinkPurpose) -> str:
    if state is LinkState.USED:
        return _("The link has been used. Sign in, or ask for a new password on the sign-in page.")
    if purpose is LinkPurpose.PASSWORD:
        return _("The link does not work any more. Ask for a new one on the sign-in page.")
    if state is LinkState.EXPIRED:
        return _("The invitation has expired. Ask whoever invited you for a new one.")
    return _(
        "The invitation has been withdrawn, or a newer one was sent. Look for a newer mail, or ask whoever invited you."
    )


def here() -> OpenedInvitation:
    """The invitation that the present request's link opens."""
    link = links.here()
    if not isinstance(link, OpenedInvitation):
        raise NotFound
    return link


def accept(link: OpenedInvitation, password: str) -> None:
    """Take up what a link gives: a role, with a password where its person has none, or a new password.

    Raises Refusal for a password that is not taken, DeadLink where the link was used meanwhile, or Busy.
    """
    wanted = link.role is None or not link.known
    if wanted:
        refuse_weak(password, "password", link.email, link.name)
    let_go()
    hashed = hash_password(password) if wanted else None
    code = next(iter(link.codes), None)
    with acting_for(link.future), transaction():
        if not db.session.scalar(select(func.app.accept(link.secret, uuid7(), hashed))):
            raise DeadLink(_dead(LinkState.USED, LinkPurpose(link.purpose)), link.codes)
        if link.role is not None:
            record("role.taken_up", f"person:{link.person_id}", code, role=link.role.value)
    trail.note("password_by_mail" if link.role is None else "invitation_accepted", account=trail.mark(link.email))
