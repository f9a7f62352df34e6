"""Note that a group has signed a cooperation agreement, and when one ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from service.network.cooperation import queries, rules
from service.network.cooperation.models import CooperationAgreement
from service.network.cooperation.rules import OfferState
from service.network.networks.operations import maintained
from service.network.networks.queries import areas
from service.platform.ledger.operations import record
from service.platform.web.errors import Conflict, Invalid, Refusal
from service.platform.web.language import day as day_in_words
from service.platform.web.versions import WHATEVER, Seen
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.reach import present


def note(group_id: UUID, given: Mapping[str, Any]) -> CooperationAgreement:
    """Note an agreement: `signed_on`, `starts_on` (left out, the day it was signed) and `ends_on` (left out, until further notice).

    One that still holds then ends the day before. Raises NotFound, Refusal for a group that others look after, and Invalid by field.
    """
    group = maintained(group_id)
    signed_on: dt.date = given["signed_on"]
    starts_on: dt.date = given["starts_on"] or signed_on
    errors: dict[str, list[str]] = {}
    if signed_on > day_of(now()):
        errors["signed_on"] = [_("The day has not come yet.")]
    if starts_on < signed_on:
        errors["starts_on"] = [_("An agreement begins on the day it is signed, or later.")]
    if given["ends_on"] is not None and given["ends_on"] < starts_on:
        errors["ends_on"] = [_("The last day must not be before the first.")]
    before = next(iter(queries.of_group(group.id)), None)
    if before is not None and starts_on <= before.starts_on:
        day = day_in_words(before.starts_on)
        errors["starts_on"] = [_("The group has an agreement from %(day)s. A new one begins after that day.", day=day)]
    if errors:
        raise Invalid(errors)
    row = put_in_force(group.id, signed_on, starts_on, given["ends_on"])
    record_days("cooperation.noted", row)
    return row


def put_in_force(
    group_id: UUID, signed_on: dt.date, starts_on: dt.date, ends_on: dt.date | None
) -> CooperationAgreement:
    """The days of an agreement that is signed. One that still holds then ends the day before. Raises Conflict for one that begins later."""
    before = next(iter(queries.of_group(group_id)), None)
    if before is not None and starts_on <= before.starts_on:
        raise Conflict(_("The group has an agreement that begins on the same day or later."))
    if before is not None and (before.ends_on is None or before.ends_on >= starts_on):
        before.ends_on = starts_on - dt.timedelta(days=1)
        db.session.flush()
    row = CooperationAgreement(
        group_id=group_id,
        signed_on=signed_on,
        starts_on=starts_on,
        ends_on=ends_on,
        noted_at=now(),
        noted_by=present().person_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def end_as_sent(row: CooperationAgreement) -> dict[str, Any]:
    """An agreement's last day, in the shape that it is sent in."""
    return {"ends_on": row.ends_on}


def end(group_id: UUID, agreement_id: UUID, ends_on: dt.date | None, seen: Seen = WHATEVER) -> CooperationAgreement:
    """Set the last day of a group's newest agreement, past or to come; None is until further notice.

    Raises NotFound, Refusal for a group that others look after, Changed when the day is no longer as it was seen, and Invalid for an
    agreement that another has followed, a day before it began, or one beyond what a paper that was made here says.
    """
    maintained(group_id)
    row = queries.agreement(group_id, agreement_id)
    db.session.refresh(row)
    seen.still(end_as_sent(row))
    if queries.of_group(group_id)[0] is not row:
        raise Invalid({"ends_on": [_("Another agreement has followed this one.")]})
    if ends_on is not None and ends_on < row.starts_on:
        raise Invalid({"ends_on": [_("The last day must not be before the first.")]})
    home = next((area.municipality_code for area in areas([group_id])[group_id] if area.home), None)
    longer = row.ends_on is not None and (ends_on is None or ends_on > row.ends_on)
    if longer and home is not None and home not in present().codes:  # whether a paper was made is out of reach too
        raise Refusal(
            _("The group is at home in another territory. The consultant there lets the agreement go on for longer.")
        )
    made = queries.made_here([row.id]).get(row.id)
    if made is not None and rules.prolongs(made, row, OfferState(made.state), ends_on):
        raise Invalid({"ends_on": [_("The agreement says an earlier day. For a longer time, make a new one.")]})
    row.ends_on = ends_on
    db.session.flush()
    record_days("cooperation.ended", row)
    return row


def record_days(act: str, row: CooperationAgreement) -> None:
    """Tell the ledger on which days an agreement holds by now."""
    last = row.ends_on.isoformat() if row.ends_on else None
    record(act, f"group:{row.group_id}", first=row.starts_on.isoformat(), last=last)
