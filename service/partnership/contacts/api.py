"""Contacts for programs."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from service.partnership.contacts import operations, queries
from service.partnership.contacts.queries import SideContact
from service.partnership.contacts.rules import ContactSide, sides_to_change
from service.partnership.partnerships.rows import ContactFields
from service.platform.web.api import Item, listed, pages_of, resource
from service.platform.web.errors import NotFound
from service.platform.web.idempotency import once
from service.platform.web.identity import me
from service.platform.web.permits import permit
from tenants.calendar import day_of
from tenants.contacts import PARTS
from tenants.database import now
from tenants.scope import Contact

bp = resource("contacts", __name__, "Whom each side of a partnership calls.")
SIDES = {"municipality": ContactSide.MUNICIPALITY, "drc": ContactSide.DRC}
WORDS = {side: word for word, side in SIDES.items()}


class SideContactItem(Item):
    """A side's contact. `since`: from when they are it; null where the agreement names them."""

    side = fields.String(metadata={"enum": list(SIDES)})
    name = fields.String()
    title = fields.String()
    phone = fields.String()
    email = fields.String()
    since = fields.Date(allow_none=True)


@bp.get("/municipalities/<municipality_code>/contacts", tags=["municipalities"])
@permit.municipality
@bp.response(200, pages_of(SideContactItem))
def contacts(municipality_code: str) -> Any:
    """List both sides' contacts: in force, else of the agreement to come; none without one."""
    found = _contacts(municipality_code)
    return listed([_item(each) for each in found], None, max(len(found), 1))


def _contacts(code: str) -> list[SideContact]:
    period = queries.period(code, day_of(now()))
    return queries.contacts(period) if period else []


@bp.post("/municipalities/<municipality_code>/contacts/<contact_side>", tags=["municipalities"])
@permit.municipality
@once
@bp.arguments(ContactFields)
@bp.response(200, SideContactItem)
def change(given: Contact, municipality_code: str, contact_side: str) -> Any:
    """Let somebody be a side's contact from now on. DRC changes either, a municipality its own."""
    side = SIDES.get(contact_side)
    if side is None or side not in sides_to_change(me().office, me().roles):
        raise NotFound
    operations.change(municipality_code, side, given)
    return next(_item(each) for each in _contacts(municipality_code) if each.side is side)


def _item(found: SideContact) -> dict[str, Any]:
    told = {part: getattr(found.contact, part) for part in PARTS}
    return {"side": WORDS[found.side], "since": found.since, **told}
