"""Merging as pages, for DRC's people: choose, look, merge, and undo within 30 days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.network.networks import queries as networks
from service.network.networks.views import names
from service.platform.ledger.operations import record_reading
from service.platform.web.errors import Refusal
from service.platform.web.forms import seen_on_page
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.reading import sending
from service.platform.web.searching import words_asked
from service.platform.web.versions import Changed, version_of
from service.volunteer.merging import keeping, operations, queries, rules
from service.volunteer.volunteers import operations as volunteer_operations
from service.volunteer.volunteers import queries as volunteers
from service.volunteer.volunteers import territory
from service.volunteer.volunteers.likeness import probable
from service.volunteer.volunteers.models import Volunteer
from service.volunteer.volunteers.texts import CHILDREN, LIKENESSES, PURPOSES, ROLES, STATUSES
from tenants.calendar import day_of
from tenants.database import db, now

bp = Blueprint("merging", __name__, template_folder="templates")


@bp.get("/frivillige/<uuid:volunteer_id>/flet")
@permit.drc
def choose(volunteer_id: UUID) -> ResponseReturnValue:
    """The entry to merge with: those that are probably the same, and a search; and the merges that can be undone."""
    found, asked = volunteer_operations.read(volunteer_id), words_asked()
    today = day_of(now())
    given = {name: getattr(found, name) for name in ("name", "email", "phone", "home_code")}
    held = volunteers.roles([found.id], today)[found.id]
    keys = [Volunteer.sort_key, Volunteer.id]
    hits = page_of(volunteers.volunteers(asked), keys, None, 20).items if asked else []
    if asked:
        record_reading("volunteer.searched", hits=len(hits))
    alike = probable(given, group_ids=[role.group_id for role in held], beside=found.id)
    withheld = territory.withheld([*(row.id for row in hits), *(each.volunteer.id for each in alike)])
    return render_template(
        "merging/choose.html",
        volunteer=found,
        probable=[each for each in alike if each.volunteer.id not in withheld],
        asked=asked,
        hits=[row for row in hits if row.id not in {found.id, *withheld}],
        merges=queries.merges_of(found.id),
        until=keeping.BEFORE.time,
        likenesses=LIKENESSES,
        statuses=STATUSES,
    )


@bp.route("/frivillige/<uuid:volunteer_id>/flet/<uuid:other_id>", methods=["GET", "POST"])
@permit.drc
def preview(volunteer_id: UUID, other_id: UUID) -> ResponseReturnValue:
    """What two entries become when they are one, before and after it is done."""
    if sending():
        return redirect(_merged(volunteer_id, other_id))
    for each in (volunteer_id, other_id):
        volunteer_operations.read(each)
    return render_template(
        "merging/preview.html",
        page=_page(*operations.preview(volunteer_id, other_id)),
        role_names=ROLES,
        children=CHILDREN,
        purposes=PURPOSES,
    )


def _merged(volunteer_id: UUID, other_id: UUID) -> str:
    """Do it, as far as it can be done. Returns where one reads what came of it."""
    try:
        operations.merge(volunteer_id, other_id, seen_on_page())
        flash(_("The two entries are one. It can be undone for 30 days."), "success")
    except Changed:
        db.session.rollback()
        flash(_("One of the two has been changed since you saw them. This is how they are now: look again."), "error")
        return url_for("merging.preview", volunteer_id=volunteer_id, other_id=other_id)
    except Refusal as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
    return url_for("volunteers.volunteer", volunteer_id=volunteer_id)


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """Two entries and what they become, as people read it."""

    kept_id: str
    lost_id: str
    seen: str
    fields: Sequence[tuple[str, Sequence[Any]]]  # a label, and the value of either entry and of what they become
    falling: Sequence[tuple[str, Any]]
    roles: Sequence[tuple[str, Mapping[str, Any]]]  # a group's name, and the role in it
    certificates: Sequence[Mapping[str, Any]]
    courses: Sequence[Mapping[str, Any]]
    consents: Sequence[Mapping[str, Any]]


def _page(kept: rules.Whole, lost: rules.Whole, result: rules.Whole) -> PreviewPage:
    labels = _labels()
    rows = {table: [_dated(row) for row in result.rows(table).values()] for table in rules.BESIDE}
    groups = networks.names({UUID(row["group_id"]) for row in rows[rules.ROLES]})
    return PreviewPage(
        kept_id=kept.id,
        lost_id=lost.id,
        seen=version_of(operations.as_seen(kept, lost)),
        fields=[
            (label, [_shown(name, whole.fields[name]) for whole in (kept, lost, result)])
            for name, label in labels.items()
        ],
        falling=[(labels[each.name], _shown(each.name, each.falls)) for each in rules.falling_away(kept, lost, result)],
        roles=[(groups[UUID(row["group_id"])], row) for row in rows[rules.ROLES]],
        certificates=rows[rules.CERTIFICATES],
        courses=rows[rules.COURSES],
        consents=rows[rules.CONSENTS],
    )


def _dated(row: rules.Row) -> dict[str, Any]:
    """A plain row with its days as days."""
    days = ("verified_on", "given_on", "withdrawn_on", "taken_on", "valid_from", "valid_to")
    return {name: dt.date.fromisoformat(value) if value and name in days else value for name, value in row.items()}


def _labels() -> dict[str, str]:
    return {
        "name": _("Name"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "home_code": _("Municipality"),
        "status": _("Status"),
        "started_on": _("Volunteer since"),
        "introduced_on": _("Introduced on"),
        "agreement_on": _("Volunteer agreement signed on"),
        "verified_until": _("Child certificate valid until"),
    }


def _shown(name: str, value: Any) -> Any:
    """The value of a field as people read it."""
    if name == "home_code":
        return names().get(value)
    if name == "status":
        return STATUSES[value][0]
    return dt.date.fromisoformat(value) if value and name.endswith(("_on", "_until")) else value


@bp.post("/frivillige/fletninger/<uuid:merge_id>/fortryd")
@permit.drc
def undo(merge_id: UUID) -> ResponseReturnValue:
    """Part two entries that were merged."""
    kept_id = queries.merge(merge_id).kept_id
    try:
        operations.undo(merge_id)
        flash(_("The merge has been undone. The two entries are as they were."), "success")
    except Refusal as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
    return redirect(url_for("volunteers.volunteer", volunteer_id=kept_id))
