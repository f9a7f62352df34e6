"""What DRC's people do about volunteers. A consultant looks after those who belong in the territory, the secretariat after all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from service.network.networks import rules as network_rules
from service.network.networks.models import Group
from service.network.networks.operations import maintained as maintained_group
from service.platform.ledger.operations import record, record_reading
from service.platform.web.errors import Conflict, Invalid, Refusal
from service.platform.web.versions import WHATEVER, Seen
from service.platform.work import rows
from service.volunteer.volunteers import bulk, queries, rules
from service.volunteer.volunteers.bulk import Json
from service.volunteer.volunteers.likeness import Probable, probable
from service.volunteer.volunteers.models import Volunteer, VolunteerConsent, VolunteerRole
from service.volunteer.volunteers.rules import (
    AroundVolunteer,
    Children,
    ConsentBar,
    Purpose,
    RoleBar,
    RoleKind,
    VolunteerBar,
    VolunteerStatus,
)
from service.volunteer.volunteers.territory import opened
from service.volunteer.volunteers.texts import CONSENT_BARS, ROLE_BARS, VOLUNTEER_BARS
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.reach import present
from tenants.register import all_codes


class ProbablyKnown(Conflict):
    """The person is probably here already. `found` says who, and why."""

    def __init__(self, found: list[Probable]) -> None:
        self.found = found
        message = _("The person is probably here already.")
        super().__init__(message, {"same_as": [str(each.volunteer.id) for each in found]})


def create(given: Mapping[str, Any], *, anyway: bool = False) -> Volunteer:
    """Enter a volunteer, interested unless `given` has another status.

    Raises Invalid by field, and ProbablyKnown where somebody like that is here already, unless it is to be done `anyway`.
    """
    person = _allowed(given, {"status": given.get("status") or VolunteerStatus.INTERESTED}, {})
    if not anyway and (found := probable(given)):
        raise ProbablyKnown(found)
    [key] = bulk.create([person])
    record("volunteer.created", _name(key))
    return queries.volunteer(key)


def change(volunteer_id: UUID, given: Mapping[str, Any], seen: Seen = WHATEVER) -> Volunteer:
    """Give a volunteer what is sent in place of what there was. The first day stays where none is sent.

    Raises NotFound, Refusal for another's volunteer, Changed when it is no longer as it was seen, and Invalid by field.
    """
    row = maintained(volunteer_id)
    seen.still(queries.as_sent(row))
    was = _told(row)
    stays = {name: was[name] for name in ("status", "roles", "consents")}
    first_day = given.get("started_on") or row.started_on
    _change(row, _allowed({**given, "started_on": first_day}, stays, was))
    record("volunteer.changed", _name(row.id))
    return row


def _allowed(given: Mapping[str, Any], beside: Json, was: Json) -> Json:
    """A volunteer as told, of what is sent and what stands `beside` that. Raises Invalid by field where the rules do not allow it."""
    sent = {name: rows.plain(value) for name, value in given.items() if value is not None}
    languages = [code for code in rules.LANGUAGES if code in given.get("languages", ())]
    person = {**bulk.blank(), **sent, "languages": languages, **beside}
    errors: dict[str, list[str]] = {}
    for field, bar in rules.faults(person, was, AroundVolunteer(present().codes, all_codes(), day_of(now()))):
        errors.setdefault(field, []).append(str(VOLUNTEER_BARS[bar]))
    if errors:
        raise Invalid(errors)
    return person


def _told(row: Volunteer) -> Json:
    return bulk.told([row.id])[row.id]


def _change(row: Volunteer, person: Json) -> None:
    """Let a volunteer be as told. What the session has read before is read again."""
    bulk.change({row.id: person})
    db.session.expire_all()


def maintained(volunteer_id: UUID, *, lock: bool = True) -> Volunteer:
    """The volunteer, locked, when the present person looks after them. Raises NotFound, and Refusal when others do."""
    row = queries.volunteer(volunteer_id, lock=lock)
    if not may_maintain(row):
        raise Refusal(str(VOLUNTEER_BARS[VolunteerBar.ANOTHERS]))
    return row


def may_maintain(row: Volunteer) -> bool:
    """Whether the present person looks after a volunteer: one of the groups' areas, or the home, is within reach."""
    codes = queries.codes_of([row.id], day_of(now()))[row.id]
    return network_rules.may_maintain(present().codes, codes)


def heard(row: Volunteer) -> None:
    """Note that somebody was heard of: whatever is recorded of a person says so."""
    bulk.heard(row.id)
    db.session.refresh(row)


def confirm(volunteer_id: UUID) -> Volunteer:
    """Note that a volunteer is still there, as before. Raises NotFound, and Refusal for another's volunteer."""
    row = maintained(volunteer_id)
    heard(row)
    record("volunteer.confirmed", _name(row.id))
    return row


def set_status(volunteer_id: UUID, status: VolunteerStatus, day: dt.date | None = None) -> Volunteer:
    """Note a step in a volunteer's life, from today or a day that has been. One who leaves has no role from that day.

    Raises NotFound, Refusal for another's volunteer or a step that cannot follow, and Invalid for a day that has not come.
    """
    row, today = maintained(volunteer_id), day_of(now())
    day = day or today
    if day > today:
        raise Invalid({"day": [_("The day has not come yet.")]})
    newest = queries.life(row.id)[0]
    if day < newest.valid_from:
        raise Invalid({"day": [_("A later step has been noted already. Choose that day or a later one.")]})
    if not rules.may_follow(VolunteerStatus(row.status), status):
        message = _("That step cannot follow the present status.")
        raise Refusal(message, {"status": [message]})
    if status is VolunteerStatus.LEFT:
        was = _told(row)
        _change(row, {**was, "roles": [rules.left(role, day) for role in was["roles"]]})
    bulk.step(row.id, day, status)
    heard(row)
    record("volunteer.status", _name(row.id), status=status.value, day=day.isoformat())
    return row


def start_role(volunteer_id: UUID, given: Mapping[str, Any]) -> VolunteerRole:
    """Let a volunteer have a role in a group, from today unless `given` has another day. Who was not active yet becomes so.

    Raises NotFound, Invalid by field, Conflict where the person has it already, and Refusal: for another's group, for somebody
    who has left, and where the role meets children and no valid child certificate has been seen.
    """
    row = queries.volunteer(volunteer_id, lock=True)
    group = maintained_group(given["group_id"])
    day = given.get("valid_from") or day_of(now())
    kind, children = RoleKind(given["role"]), Children(given.get("children") or Children.AS_GROUP)
    match rules.role_bar(
        row.status,
        held=bool(_open_roles(row.id, group.id, kind)),
        wants=_wants_certificate(group, children),
        verified_until=row.verified_until,
        valid_from=day,
        today=day_of(now()),
    ):
        case RoleBar.LEFT:
            raise Refusal(str(ROLE_BARS[RoleBar.LEFT]))
        case RoleBar.HELD:
            message = str(ROLE_BARS[RoleBar.HELD])
            raise Conflict(message, {"role": [message]})
        case RoleBar.UNCERTIFIED:
            raise _uncertified()
    was = _told(row)
    role = {"group_id": group.id, "role": kind, "children": children, "valid_from": day, "valid_to": None}
    roles = [*was["roles"], rows.plain(role)]
    status = VolunteerStatus.ACTIVE.value if rules.begins(roles, day_of(now())) else was["status"]
    _change(row, {**was, "roles": roles, "status": status})
    record("volunteer.role", _name(row.id), group=str(group.id), role=kind.value, children=children.value)
    [held] = _open_roles(row.id, group.id, kind)
    return held


def _open_roles(volunteer_id: UUID, group_id: UUID, kind: RoleKind) -> list[VolunteerRole]:
    found = queries.roles([volunteer_id])[volunteer_id]
    return [each for each in found if (each.group_id, each.role, each.valid_to) == (group_id, kind, None)]


def _wants_certificate(group: Group, children: Children) -> bool:
    meets = rules.group_meets(group.meets_children, queries.always_children(), group.themes)
    return rules.wants_certificate(children, meets)


def _uncertified() -> Refusal:
    """The refusal of a role that meets children, to one whose child certificate nobody has seen or whose has expired."""
    do = _("Verify the certificate first. If the role does not meet the children, say so.")
    why = str(ROLE_BARS[RoleBar.UNCERTIFIED])
    return Refusal(why, {"children": [f"{why} {do}"]})


def end_role(volunteer_id: UUID, role_id: UUID, day: dt.date | None = None) -> VolunteerRole:
    """End a role, today or on another day. Raises NotFound, Refusal for another's group, and Invalid for a day before it began.

    One that is over is not held again by a later end, which no certificate would be asked for: it is given anew.
    """
    row, held = queries.volunteer(volunteer_id, lock=True), queries.role(volunteer_id, role_id)
    maintained_group(held.group_id)
    day = day or max(day_of(now()), held.valid_from)
    if day < held.valid_from:
        raise Invalid({"day": [_("This is before the role began.")]})
    if held.valid_to is not None and held.valid_to <= day_of(now()) and day > held.valid_to:
        raise Invalid({"day": [_("The role is over already. Give it anew if it is held again.")]})
    _change_one(row, held, valid_to=day)
    record("volunteer.role_ended", _name(row.id), group=str(held.group_id), role=held.role, day=day.isoformat())
    return held


def set_children(volunteer_id: UUID, role_id: UUID, children: Children, seen: Seen = WHATEVER) -> VolunteerRole:
    """Say whether a role meets children.

    Raises as `start_role` does where it comes to meet them without a certificate, and Changed when the role is not as it was seen.
    """
    row, held = queries.volunteer(volunteer_id, lock=True), queries.role(volunteer_id, role_id)
    seen.still(queries.role_as_seen(held))
    group = maintained_group(held.group_id)
    today = day_of(now())
    if not rules.certified(_wants_certificate(group, children), row.verified_until, today, today):
        raise _uncertified()
    _change_one(row, held, children=children)
    record("volunteer.role_children", _name(row.id), group=str(group.id), children=children.value)
    return held


def give_consent(volunteer_id: UUID, purpose: Purpose, day: dt.date | None = None) -> VolunteerConsent:
    """Note a consent to one purpose. Raises NotFound, Refusal for another's volunteer, Invalid, and Conflict where it is there already."""
    row, today = maintained(volunteer_id), day_of(now())
    held = _open_consents(row.id, purpose)
    match rules.consent_bar(held=bool(held), given_on=day or today, withdrawn_on=None, today=today):
        case ConsentBar.HELD:
            message = str(CONSENT_BARS[ConsentBar.HELD])
            raise Conflict(message, {"purpose": [message]})
        case ConsentBar() as bar:
            raise Invalid({"day": [str(CONSENT_BARS[bar])]})
    was, consent = _told(row), {"purpose": purpose, "given_on": day or today, "withdrawn_on": None}
    _change(row, {**was, "consents": [*was["consents"], rows.plain(consent)]})
    record("volunteer.consent", _name(row.id), purpose=purpose.value)
    [given] = _open_consents(row.id, purpose)
    return given


def withdraw_consent(volunteer_id: UUID, purpose: Purpose, day: dt.date | None = None) -> None:
    """Note that a consent is withdrawn. Harmless to repeat. Raises NotFound, Refusal for another's volunteer, and Invalid."""
    row, today = maintained(volunteer_id), day_of(now())
    day = day or today
    for found in _open_consents(row.id, purpose):
        if bar := rules.consent_bar(held=False, given_on=found.given_on, withdrawn_on=day, today=today):
            raise Invalid({"day": [str(CONSENT_BARS[bar])]})
        _change_one(row, found, withdrawn_on=day)
        record("volunteer.consent_withdrawn", _name(row.id), purpose=purpose.value)


def _open_consents(volunteer_id: UUID, purpose: Purpose) -> list[VolunteerConsent]:
    found = queries.consents(volunteer_id)
    return [each for each in found if each.purpose == purpose and each.withdrawn_on is None]


def _change_one(row: Volunteer, beside: VolunteerRole | VolunteerConsent, **values: Any) -> None:
    """Change one of the roles or consents of a volunteer."""
    part, was = "roles" if isinstance(beside, VolunteerRole) else "consents", _told(row)
    told = [{**each, **rows.plain(values)} if each["id"] == str(beside.id) else each for each in was[part]]
    _change(row, {**was, part: told})


def read(volunteer_id: UUID) -> Volunteer:
    """The volunteer, and in the ledger that the present person has looked. Raises NotFound, and ReasonNeeded for another's territory."""
    row = opened(volunteer_id)
    record_reading("volunteer.read", _name(row.id))
    return row


def _name(volunteer_id: UUID) -> str:
    return f"volunteer:{volunteer_id}"
