"""What DRC's people do about volunteers. A consultant looks after those who belong in the territory, the secretariat after all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from service.network.networks import rules as network_rules
from service.network.networks.models import Group
from service.network.networks.operations import maintained as maintained_group
from service.platform.ledger.operations import record, record_reading
from service.platform.web.errors import Conflict, Invalid, Refusal
from service.platform.web.search import words
from service.platform.web.versions import WHATEVER, Seen
from service.volunteer.volunteers import queries, rules
from service.volunteer.volunteers.models import (
    Volunteer,
    VolunteerConsent,
    VolunteerCourse,
    VolunteerRole,
    VolunteerStatusChange,
    VolunteerWord,
)
from service.volunteer.volunteers.queries import Probable
from service.volunteer.volunteers.rules import Children, ConsentBar, Purpose, RoleBar, RoleKind, VolunteerStatus
from service.volunteer.volunteers.texts import CONSENT_BARS, ROLE_BARS
from tenants.calendar import day_of
from tenants.database import db, now, uuid7
from tenants.reach import present
from tenants.register import all_codes, danish_sort_key


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
    today = day_of(now())
    _check(given, today)
    if not network_rules.may_maintain(present().codes, [given["home_code"]] if given.get("home_code") else []):
        raise Invalid({"home_code": [_("Choose a municipality in your territory.")]})
    if not anyway and (found := queries.probable(given)):
        raise ProbablyKnown(found)
    status = given.get("status") or VolunteerStatus.INTERESTED
    row = Volunteer(
        id=uuid7(), **_columns(given), status=status, started_on=given.get("started_on") or today, heard_on=today
    )
    row.ended_on = today if status == VolunteerStatus.LEFT else None
    db.session.add(row)
    db.session.flush()
    _put_beside(row, given)
    _put_status(row, row.started_on, status)
    record("volunteer.created", _name(row.id))
    return row


def change(volunteer_id: UUID, given: Mapping[str, Any], seen: Seen = WHATEVER) -> Volunteer:
    """Give a volunteer what is sent in place of what there was. The first day stays where none is sent.

    Raises NotFound, Refusal for another's volunteer, Changed when it is no longer as it was seen, and Invalid by field.
    """
    row = maintained(volunteer_id)
    seen.still(queries.as_sent(row))
    _check(given, day_of(now()))
    for name, value in _columns(given).items():
        setattr(row, name, value)
    if given.get("started_on"):
        if row.ended_on and given["started_on"] > row.ended_on:
            raise Invalid({"started_on": [_("This is after the day the volunteer left.")]})
        row.started_on = given["started_on"]
    _put_beside(row, given)
    heard(row)
    record("volunteer.changed", _name(row.id))
    return row


def maintained(volunteer_id: UUID, *, lock: bool = True) -> Volunteer:
    """The volunteer, locked, when the present person looks after them. Raises NotFound, and Refusal when others do."""
    row = queries.volunteer(volunteer_id, lock=lock)
    if not may_maintain(row):
        raise Refusal(_("The volunteer is looked after in another territory. Call the consultant there."))
    return row


def may_maintain(row: Volunteer) -> bool:
    """Whether the present person looks after a volunteer: one of the groups' areas, or the home, is within reach."""
    codes = queries.codes_of([row.id], day_of(now()))[row.id]
    return network_rules.may_maintain(present().codes, codes)


def _check(given: Mapping[str, Any], today: dt.date) -> None:
    errors: dict[str, list[str]] = {}
    if given.get("home_code") and given["home_code"] not in all_codes():
        errors["home_code"] = [_("Choose a municipality.")]
    dated = {name: given.get(name) for name in ("started_on", "agreement_on", "introduced_on")}
    dated |= {
        f"courses-{number}-taken_on": course["taken_on"] for number, course in enumerate(given.get("courses", ()))
    }
    for name, day in dated.items():
        if day is not None and day > today:
            errors[name] = [_("The day has not come yet.")]
    if errors:
        raise Invalid(errors)


def _columns(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": given["name"],
        "sort_key": danish_sort_key(given["name"]),
        "name_key": queries.name_key(given["name"]),
        "email": given.get("email") or "",
        "phone": given.get("phone") or "",
        "phone_digits": rules.phone_digits(given.get("phone") or ""),
        "languages": [code for code in rules.LANGUAGES if code in given.get("languages", ())],
        "home_code": given.get("home_code"),
        "agreement_on": given.get("agreement_on"),
        "introduced_on": given.get("introduced_on"),
    }


def _put_beside(row: Volunteer, given: Mapping[str, Any]) -> None:
    """What stands in rows beside the person: courses, and the words one is found by."""
    db.session.execute(delete(VolunteerCourse).where(VolunteerCourse.volunteer_id == row.id))
    db.session.add_all(VolunteerCourse(volunteer_id=row.id, **course) for course in given.get("courses", ()))
    put_words(row)


def put_words(row: Volunteer) -> None:
    """Let a volunteer be found by the words of the present name and address."""
    db.session.execute(delete(VolunteerWord).where(VolunteerWord.volunteer_id == row.id))
    db.session.add_all(VolunteerWord(volunteer_id=row.id, word=word) for word in words(row.name, row.email))
    db.session.flush()


def heard(row: Volunteer, day: dt.date | None = None) -> None:
    """Note that somebody was heard of: whatever is recorded of a person says so."""
    row.heard_on = max(row.heard_on, day or day_of(now()))
    db.session.flush()


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
        _end_roles(row.id, day)
    _put_status(row, day, status)
    heard(row)
    record("volunteer.status", _name(row.id), status=status.value, day=day.isoformat())
    return row


def _put_status(row: Volunteer, day: dt.date, status: str) -> None:
    values = {"status": status, "recorded_at": now()}
    db.session.execute(
        insert(VolunteerStatusChange)
        .values(id=uuid7(), volunteer_id=row.id, valid_from=day, **values)
        .on_conflict_do_update(index_elements=["volunteer_id", "valid_from"], set_=values)
    )
    row.status = status
    row.ended_on = max(day, row.started_on) if status == VolunteerStatus.LEFT else None
    db.session.flush()


def _end_roles(volunteer_id: UUID, day: dt.date) -> None:
    roles = update(VolunteerRole).where(VolunteerRole.volunteer_id == volunteer_id, VolunteerRole.valid_to.is_(None))
    # A role that began later than the day of leaving has not been held at all.
    db.session.execute(roles.where(VolunteerRole.valid_from <= day).values(valid_to=day))
    db.session.execute(roles.where(VolunteerRole.valid_from > day).values(valid_to=VolunteerRole.valid_from))


def start_role(volunteer_id: UUID, given: Mapping[str, Any]) -> VolunteerRole:
    """Let a volunteer have a role in a group, from today unless `given` has another day. Who was not active yet becomes so.

    Raises NotFound, Invalid by field, Conflict where the person has it already, and Refusal: for another's group, for somebody
    who has left, and where the role meets children and no valid child certificate has been seen.
    """
    row = queries.volunteer(volunteer_id, lock=True)
    group = maintained_group(given["group_id"])
    day = given.get("valid_from") or day_of(now())
    kind, children = RoleKind(given["role"]), Children(given.get("children") or Children.AS_GROUP)
    present_roles = queries.roles([row.id])[row.id]
    match rules.role_bar(
        row.status,
        held=any((r.group_id, r.role, r.valid_to) == (group.id, kind, None) for r in present_roles),
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
    held = VolunteerRole(volunteer_id=row.id, group_id=group.id, role=kind, children=children, valid_from=day)
    db.session.add(held)
    if row.status != VolunteerStatus.ACTIVE and rules.is_held(day, None, day_of(now())):
        _put_status(row, max(day, queries.life(row.id)[0].valid_from), VolunteerStatus.ACTIVE)
    heard(row)
    record("volunteer.role", _name(row.id), group=str(group.id), role=kind.value, children=children.value)
    return held


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
    held.valid_to = day
    heard(row)
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
    held.children = children
    heard(row)
    record("volunteer.role_children", _name(row.id), group=str(group.id), children=children.value)
    return held


def give_consent(volunteer_id: UUID, purpose: Purpose, day: dt.date | None = None) -> VolunteerConsent:
    """Note a consent to one purpose. Raises NotFound, Refusal for another's volunteer, Invalid, and Conflict where it is there already."""
    row, today = maintained(volunteer_id), day_of(now())
    held = _consent(row.id, purpose) is not None
    match rules.consent_bar(held=held, given_on=day or today, withdrawn_on=None, today=today):
        case ConsentBar.HELD:
            message = str(CONSENT_BARS[ConsentBar.HELD])
            raise Conflict(message, {"purpose": [message]})
        case ConsentBar() as bar:
            raise Invalid({"day": [str(CONSENT_BARS[bar])]})
    given = VolunteerConsent(volunteer_id=row.id, purpose=purpose, given_on=day or today)
    db.session.add(given)
    heard(row)
    record("volunteer.consent", _name(row.id), purpose=purpose.value)
    return given


def withdraw_consent(volunteer_id: UUID, purpose: Purpose, day: dt.date | None = None) -> None:
    """Note that a consent is withdrawn. Harmless to repeat. Raises NotFound, Refusal for another's volunteer, and Invalid."""
    row, today = maintained(volunteer_id), day_of(now())
    found = _consent(row.id, purpose)
    if found is None:
        return
    day = day or today
    if bar := rules.consent_bar(held=False, given_on=found.given_on, withdrawn_on=day, today=today):
        raise Invalid({"day": [str(CONSENT_BARS[bar])]})
    found.withdrawn_on = day
    heard(row)
    record("volunteer.consent_withdrawn", _name(row.id), purpose=purpose.value)


def _consent(volunteer_id: UUID, purpose: Purpose) -> VolunteerConsent | None:
    found = queries.consents(volunteer_id)
    return next((each for each in found if each.purpose == purpose and each.withdrawn_on is None), None)


def read(volunteer_id: UUID) -> Volunteer:
    """The volunteer, and in the ledger that the present person has looked. Raises NotFound."""
    row = queries.volunteer(volunteer_id)
    record_reading("volunteer.read", _name(row.id))
    return row


def _name(volunteer_id: UUID) -> str:
    return f"volunteer:{volunteer_id}"
