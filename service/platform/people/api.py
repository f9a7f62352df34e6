"""People for programs: DRC's secretariat keeps them all, a municipality's manager the municipality's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import fields

from service.platform.accounts.models import Membership, Person
from service.platform.people import operations, queries, rules
from service.platform.people.rules import MUNICIPAL, Invited
from service.platform.people.schemas import ColleagueFields, InvitedFields, WhyItEnds
from service.platform.web.api import Item, ListQuery, listed_page, pages_of, resource
from service.platform.web.errors import Invalid, NotFound
from service.platform.web.idempotency import once
from service.platform.web.identity import Role, me
from service.platform.web.pages import Page, page_of
from service.platform.web.permits import permit
from tenants.calendar import day_of
from tenants.database import now

bp = resource("people", __name__, "Who can sign in, and what they do where. For DRC's secretariat and managers.")
ROLES = {"enum": [role.value for role in Role]}


class RoleHeldItem(Item):
    """A role that somebody holds today."""

    role = fields.String(metadata=ROLES)
    municipality_code = fields.String(allow_none=True)
    territory = fields.String(allow_none=True)
    valid_from = fields.Date()
    reason = fields.String()


class PersonItem(Item):
    """Somebody who can sign in, could, or has been invited. `disabled`: shut out."""

    id = fields.UUID()
    name = fields.String()
    email = fields.String()
    title = fields.String()
    phone = fields.String()
    disabled = fields.Boolean()
    invited = fields.Boolean(metadata={"description": "An invitation waits to be taken up."})
    roles = fields.List(fields.Nested(RoleHeldItem))


class ColleagueItem(Item):
    """Somebody's role in a municipality. The id is the role's."""

    id = fields.UUID()
    person_id = fields.UUID()
    name = fields.String()
    email = fields.String()
    title = fields.String()
    phone = fields.String()
    role = fields.String(metadata=ROLES)
    valid_from = fields.Date()
    given_by = fields.String(allow_none=True)
    reason = fields.String()


class InvitationItem(Item):
    """An invitation that has been mailed."""

    id = fields.UUID()


@bp.get("/people")
@permit.secretariat
@bp.arguments(ListQuery, location="query")
@bp.response(200, pages_of(PersonItem))
def people(asked: dict[str, Any]) -> Any:
    """List everybody, by name."""
    page = page_of(queries.found(""), [Person.name, Person.id], asked["cursor"], asked["limit"])
    return listed_page(Page(_items(page.items), page.cursor), asked["limit"])


@bp.get("/people/<uuid:person_id>")
@permit.secretariat
@bp.response(200, PersonItem)
def person(person_id: UUID) -> Any:
    """Read somebody."""
    return _items([queries.person(person_id)])[0]


def _items(rows: Iterable[Person]) -> list[dict[str, Any]]:
    rows = list(rows)
    ids = [row.id for row in rows]
    roles: Mapping[UUID, Iterable[Membership]] = queries.roles_of(ids, day_of(now()))
    invited = queries.invited_of(ids)
    return [
        {name: getattr(row, name) for name in ("id", "name", "email", "title", "phone")}
        | {"disabled": row.disabled_at is not None, "invited": row.id in invited, "roles": roles.get(row.id, ())}
        for row in rows
    ]


@bp.post("/people/invite")
@permit.secretariat
@once
@bp.arguments(InvitedFields)
@bp.response(201, InvitationItem)
def invite(given: dict[str, Any]) -> Any:
    """Invite somebody to one of DRC's roles, or to be a municipality's manager: they get a mail with a link."""
    if given["role"] not in rules.roles_to_give(me().office, me().roles):
        raise Invalid({"role": [operations.not_yours()]})
    code = given["municipality_code"] or None
    if code is not None and code not in me().codes:
        raise NotFound
    return {"id": operations.invite(_invited(given, code, given["territory"] or None))}


@bp.post("/people/<uuid:person_id>/disable")
@permit.secretariat
@once
@bp.arguments(WhyItEnds)
@bp.response(200, PersonItem)
def disable(given: dict[str, Any], person_id: UUID) -> Any:
    """Shut somebody out at once: roles, sign-ins, keys, feeds and password end."""
    row = queries.person(person_id)
    operations.disable(row.id, given["reason"])
    return _items([queries.fresh(row)])[0]


@bp.get("/municipalities/<municipality_code>/people")
@permit.manager
@bp.arguments(ListQuery, location="query")
@bp.response(200, pages_of(ColleagueItem))
def colleagues(asked: dict[str, Any], municipality_code: str) -> Any:
    """List who does what in the municipality, by name."""
    page = queries.members(municipality_code, day_of(now()), asked["cursor"], asked["limit"])
    return listed_page(page, asked["limit"])


@bp.post("/municipalities/<municipality_code>/people/invite")
@permit.manager
@once
@bp.arguments(ColleagueFields)
@bp.response(201, InvitationItem)
def invite_colleague(given: dict[str, Any], municipality_code: str) -> Any:
    """Invite somebody to be a manager or one of the staff in the municipality."""
    if given["role"] not in MUNICIPAL:
        raise Invalid({"role": [operations.not_yours()]})
    return {"id": operations.invite(_invited(given, municipality_code, None))}


@bp.post("/municipalities/<municipality_code>/people/<uuid:membership_id>/end")
@permit.manager
@once
@bp.arguments(WhyItEnds)
@bp.response(204)
def end(given: dict[str, Any], municipality_code: str, membership_id: UUID) -> ResponseReturnValue:
    """End somebody's role in the municipality, at once."""
    row = queries.member(municipality_code, membership_id)
    if row is None:
        raise NotFound
    operations.end_role(row.id, Role(row.role), row.person_id, municipality_code, given["reason"])
    return "", 204


def _invited(given: dict[str, Any], code: str | None, territory: str | None) -> Invited:
    return Invited(given["email"], given["name"], given["role"], code, territory, given["reason"])
