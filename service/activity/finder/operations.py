"""Let a group be found by anyone, or no longer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _

from service.activity.finder import queries
from service.activity.finder.models import PublicGroup
from service.activity.posters.operations import fresh_address
from service.network.networks.operations import maintained
from service.platform.ledger.operations import record
from service.platform.web.errors import Invalid
from service.platform.web.versions import WHATEVER, Seen
from tenants.calendar import day_of
from tenants.database import db, now

NOTHING: Mapping[str, Any] = {"shown": False, "contact": False, "about": "", "agreed_on": None}


def as_sent(row: PublicGroup | None) -> dict[str, Any]:
    """What a group shows everybody, in the shape that it is sent in."""
    return {name: getattr(row, name) for name in NOTHING} if row else dict(NOTHING)


def publish(
    group_id: UUID, *, shown: bool, contact: bool, about: str, agreed_on: dt.date | None, seen: Seen = WHATEVER
) -> PublicGroup:
    """Let a group be found by anyone as it has agreed to, or take it away again. Its address stays the same.

    Raises NotFound, Refusal for another's group, Changed when it is no longer as it was seen, and Invalid: it is shown only from the
    day that it said yes.
    """
    maintained(group_id)
    row = queries.kept(group_id, lock=True)
    seen.still(as_sent(row))
    if shown and agreed_on is None:
        raise Invalid({"agreed_on": [_("Ask the group first, and write the day it said yes.")]})
    if agreed_on is not None and agreed_on > day_of(now()):
        raise Invalid({"agreed_on": [_("The day has not come yet.")]})
    if row is None:
        row = PublicGroup(group_id=group_id, public_id=fresh_address())
        db.session.add(row)
    row.shown, row.contact, row.about = shown, shown and contact, about
    row.agreed_on = agreed_on if shown else None  # a yes that was taken back is asked for again
    row.changed_at = now()
    db.session.flush()
    record("group.published" if shown else "group.withdrawn", f"group:{group_id}", contact=row.contact)
    return row


def address_of(row: PublicGroup | None) -> str:
    """The address of a group's public page; empty where it never had one."""
    return f"{current_app.extensions['settings'].public_url}/g/{row.public_id}" if row else ""
