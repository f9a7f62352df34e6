"""Volunteers, for DRC alone. No answer to a municipality holds one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import fields

from service.platform.ledger.operations import record_reading
from service.platform.web.api import Code, Editable, Id, Item, listed, pages_of, resource, within
from service.platform.web.api_searching import SearchQuery
from service.platform.web.declared import Way, fields_of
from service.platform.web.etags import seen, seen_if_told, step
from service.platform.web.fields import Choice, whole
from service.platform.web.idempotency import once
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.versions import version_of
from service.volunteer.volunteers import operations, queries, territory
from service.volunteer.volunteers.fields import FIELDS
from service.volunteer.volunteers.models import Volunteer, VolunteerRole
from service.volunteer.volunteers.rules import Certificate, Children, Purpose, RoleKind, VolunteerStatus
from service.volunteer.volunteers.schemas import (
    ChildrenFields,
    EnteredFields,
    PurposeFields,
    ReasonFields,
    RoleEndFields,
    RoleFields,
    StepFields,
    VolunteerFields,
)
from tenants.calendar import day_of
from tenants.database import now

bp = resource("volunteers", __name__, "Volunteers, their roles and child certificates. For DRC alone.")


class VolunteerQuery(SearchQuery):
    """What the list of volunteers is asked with."""

    status = Choice(VolunteerStatus, required=False)
    group_id = Id(required=False)
    municipality_code = Code(required=False)
    certificate = Choice(Certificate, required=False)


class RoleItem(Item):
    """A role in a group."""

    id = fields.UUID()
    group_id = fields.UUID()
    role = fields.String(metadata={"enum": list(RoleKind)})
    children = fields.String(metadata={"enum": list(Children)})
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    version = fields.String(metadata={"description": "For the `If-Match` of a step of the role."})


class CourseItem(Item):
    """A course that was taken."""

    name = fields.String()
    taken_on = fields.Date()


class ConsentItem(Item):
    """A consent to one purpose."""

    purpose = fields.String(metadata={"enum": list(Purpose)})
    given_on = fields.Date()
    withdrawn_on = fields.Date(allow_none=True)


class VolunteerItem(Item):
    """A volunteer as the list has them: roles are those held today."""

    id = fields.UUID()
    locals().update(fields_of(FIELDS, Way.TOLD))
    verified_until = fields.Date(allow_none=True)
    heard_on = fields.Date()
    roles = fields.List(fields.Nested(RoleItem))
    withheld = fields.Boolean(
        metadata={"description": "Whether a reason must be given first: what tells most is left out of the list then."}
    )


# What a list leaves out of a volunteer of another territory: it shows that there is one, and where.
WITHHELD: dict[str, Any] = {
    **dict.fromkeys(("email", "phone"), ""),
    **dict.fromkeys(("agreement_on", "introduced_on", "verified_until")),
    "languages": [],
    "roles": [],
    "withheld": True,
}


class WholeVolunteerItem(VolunteerItem, Editable):
    """A volunteer with all that is recorded: every role, course and consent there was."""

    courses = fields.List(fields.Nested(CourseItem))
    consents = fields.List(fields.Nested(ConsentItem))


@bp.get("/volunteers")
@permit.drc
@bp.arguments(VolunteerQuery, location="query")
@bp.response(200, pages_of(VolunteerItem))
def volunteers(asked: dict[str, Any]) -> Any:
    """List the volunteers."""
    query = queries.volunteers(
        asked["q"],
        status=asked["status"],
        group_id=asked["group_id"],
        code=within(asked["municipality_code"]),
        certificate=asked["certificate"],
    )
    page = page_of(query, [Volunteer.sort_key, Volunteer.id], asked["cursor"], asked["limit"])
    if asked["q"]:
        record_reading("volunteer.searched", hits=len(page.items))
    return listed(_items(page.items), page.cursor, asked["limit"])


@bp.get("/volunteers/<uuid:volunteer_id>")
@permit.drc
@bp.response(200, WholeVolunteerItem)
def volunteer(volunteer_id: UUID) -> Any:
    """Read a volunteer. The ledger notes it."""
    return _whole(operations.read(volunteer_id))


@bp.post("/volunteers/<uuid:volunteer_id>/reasons")
@permit.drc
@once
@bp.arguments(ReasonFields)
@bp.response(204)
def reason(given: dict[str, Any], volunteer_id: UUID) -> ResponseReturnValue:
    """Say why a volunteer of another territory is opened: to the key's person, for half an hour. The ledger keeps it."""
    territory.give_reason(volunteer_id, given["why"])
    return "", 204


@bp.post("/volunteers")
@permit.drc
@once
@bp.arguments(EnteredFields)
@bp.response(201, WholeVolunteerItem)
def create(given: dict[str, Any]) -> Any:
    """Enter a volunteer. Refused with the ids of those who are probably the same, unless `anyway` is sent."""
    anyway = given.pop("anyway")
    return _whole(operations.create(given, anyway=anyway))


@bp.put("/volunteers/<uuid:volunteer_id>")
@permit.drc
@once
@bp.arguments(whole(VolunteerFields))
@bp.response(200, WholeVolunteerItem)
def change(given: dict[str, Any], volunteer_id: UUID) -> Any:
    """Give a volunteer what is sent in place of what there was."""
    return _whole(operations.change(volunteer_id, given, seen()))


@bp.post("/volunteers/<uuid:volunteer_id>/status")
@permit.drc
@once
@bp.arguments(StepFields)
@bp.response(200, WholeVolunteerItem)
def status(given: dict[str, Any], volunteer_id: UUID) -> Any:
    """Note a step in a volunteer's life. One who leaves has no role any more."""
    return _whole(operations.set_status(volunteer_id, given["status"], given["day"]))


@bp.post("/volunteers/<uuid:volunteer_id>/confirm")
@permit.drc
@once
@bp.response(200, WholeVolunteerItem)
def confirm(volunteer_id: UUID) -> Any:
    """Note that a volunteer is still there."""
    return _whole(operations.confirm(volunteer_id))


@bp.post("/volunteers/<uuid:volunteer_id>/roles")
@permit.drc
@once
@bp.arguments(RoleFields)
@bp.response(200, WholeVolunteerItem)
def start_role(given: dict[str, Any], volunteer_id: UUID) -> Any:
    """Let a volunteer have a role. One that meets children calls for a valid child certificate."""
    operations.start_role(volunteer_id, given)
    return _whole(queries.volunteer(volunteer_id))


@bp.post("/volunteers/<uuid:volunteer_id>/roles/<uuid:role_id>/end")
@permit.drc
@once
@bp.arguments(RoleEndFields)
@bp.response(200, WholeVolunteerItem)
def end_role(given: dict[str, Any], volunteer_id: UUID, role_id: UUID) -> Any:
    """End a role."""
    operations.end_role(volunteer_id, role_id, given["day"])
    return _whole(queries.volunteer(volunteer_id))


@bp.post("/volunteers/<uuid:volunteer_id>/roles/<uuid:role_id>/children")
@permit.drc
@step
@once
@bp.arguments(ChildrenFields)
@bp.response(200, WholeVolunteerItem)
def set_children(given: dict[str, Any], volunteer_id: UUID, role_id: UUID) -> Any:
    """Say whether a role meets children under 15."""
    operations.set_children(volunteer_id, role_id, given["children"], seen_if_told())
    return _whole(queries.volunteer(volunteer_id))


@bp.post("/volunteers/<uuid:volunteer_id>/consents")
@permit.drc
@once
@bp.arguments(PurposeFields)
@bp.response(204)
def consent(given: dict[str, Any], volunteer_id: UUID) -> ResponseReturnValue:
    """Note a consent to one purpose."""
    operations.give_consent(volunteer_id, given["purpose"], given["day"])
    return "", 204


@bp.post("/volunteers/<uuid:volunteer_id>/consents/withdraw")
@permit.drc
@once
@bp.arguments(PurposeFields)
@bp.response(204)
def withdraw(given: dict[str, Any], volunteer_id: UUID) -> ResponseReturnValue:
    """Note that a consent is withdrawn."""
    operations.withdraw_consent(volunteer_id, given["purpose"], given["day"])
    return "", 204


def _items(rows: Sequence[Volunteer]) -> list[dict[str, Any]]:
    ids = [row.id for row in rows]
    held, withheld = queries.roles(ids, day_of(now())), territory.withheld(ids)
    return [_item(row, held[row.id]) | (WITHHELD if row.id in withheld else {}) for row in rows]


def _whole(row: Volunteer) -> dict[str, Any]:
    return {
        **_item(row, queries.roles([row.id])[row.id]),
        "version": version_of(queries.as_sent(row)),
        "courses": queries.courses(row.id),
        "consents": queries.consents(row.id),
    }


def _item(row: Volunteer, roles: Sequence[VolunteerRole]) -> dict[str, Any]:
    names, held = set(VolunteerItem().fields) - {"roles", "withheld"}, set(RoleItem().fields) - {"version"}
    told = [
        {**{name: getattr(role, name) for name in held}, "version": version_of(queries.role_as_seen(role))}
        for role in roles
    ]
    return {**{name: getattr(row, name) for name in names}, "roles": told, "withheld": False}
