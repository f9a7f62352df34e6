"""Groups and networks as pages, for DRC's people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.network.networks import operations, queries, rules
from service.network.networks.models import Group, Network
from service.network.networks.rules import GroupStatus, NetworkKind
from service.network.networks.schemas import GroupFields, NetworkFields, StatusFields
from service.network.networks.texts import GROUP_KINDS, NETWORK_KINDS, STATUSES
from service.network.shares import queries as shares
from service.network.shares.texts import ASPECTS, STANDINGS, WHYS
from service.platform.ledger.operations import record_reading
from service.platform.web import rows
from service.platform.web.edits import Edited, edited
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.identity import me
from service.platform.web.language import chosen
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.reading import sending
from service.platform.web.searching import words_asked
from tenants import register
from tenants.calendar import day_of
from tenants.database import db, now

bp = Blueprint("networks", __name__, template_folder="templates")


def names() -> dict[str, str]:
    """The municipalities' names by code, in Danish order."""
    return {row.code: row.name for row in register.municipalities()}


def _themes() -> list[tuple[str, str]]:
    return [(code, kind.name(chosen())) for code, kind in queries.themes().items()]


@bp.get("/grupper")
@permit.drc
def groups() -> ResponseReturnValue:
    """The groups, to be searched and narrowed down."""
    asked = {"q": words_asked(), **{name: request.args.get(name, "") for name in ("status", "kommune")}}
    known = names()
    query = queries.groups(
        asked["q"],
        status=asked["status"] if asked["status"] in set(GroupStatus) else None,
        code=asked["kommune"] if asked["kommune"] in known else None,
    )
    page = page_of(query, [Group.sort_key, Group.id], request.args.get("side"), 50)
    if asked["q"]:
        record_reading("group.searched", hits=len(page.items))
    return render_template(
        "networks/groups.html",
        page=page,
        asked=asked,
        areas=queries.areas([row.id for row in page.items]),
        names=known,
        statuses=STATUSES,
        themes=dict(_themes()),
    )


@bp.route("/grupper/ny", methods=["GET", "POST"])
@permit.drc
def new_group() -> ResponseReturnValue:
    """Create a group."""
    return _group_form(edited(None), None)


@bp.route("/grupper/<uuid:group_id>/ret", methods=["GET", "POST"])
@permit.drc
def edit_group(group_id: UUID) -> ResponseReturnValue:
    """Change a group."""
    found = queries.group(group_id)
    return _group_form(edited(queries.as_sent([found])[0]), found)


def _group_form(form: Edited, found: Group | None) -> ResponseReturnValue:
    changed = rows.change(form.values, request.form.get("action", "")) if sending() else None
    if changed is not None:
        form.values = changed
    elif form.sent:
        given = load(GroupFields(), form)
        try:
            if given is not None:
                kept = operations.create(given) if found is None else operations.change(found.id, given, form.seen)
                flash(_("The group has been saved."), "success")
                return redirect(url_for("networks.group", group_id=kept.id))
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
    page = render_template(
        "networks/group_form.html",
        form=form,
        group=found,
        municipalities=list(names().items()),
        kinds=list(GROUP_KINDS.items()),
        themes=_themes(),
    )
    return page, form.status


@bp.get("/grupper/<uuid:group_id>")
@permit.drc
def group(group_id: UUID) -> ResponseReturnValue:
    """A group: what it is, its life, where it is, and who can see it and why."""
    return _group(queries.group(group_id), Typed())


def _group(found: Group, form: Typed, status: int = 200) -> ResponseReturnValue:
    today = day_of(now())
    areas = queries.areas([found.id])[found.id]
    inside = queries.networks_of(found.id, today)
    page = render_template(
        "networks/group.html",
        group=found,
        form=form,
        areas=areas,
        places=queries.places(found.id),
        contact=queries.contact(found.id),
        life=queries.life(found.id),
        networks=inside,
        seers=shares.who_sees(found.id, [row.id for row in inside], today),
        mine=rules.may_maintain(me().codes, [area.municipality_code for area in areas]),
        names=names(),
        kinds=GROUP_KINDS,
        statuses=STATUSES,
        themes=dict(_themes()),
        aspects=ASPECTS,
        whys=WHYS,
        today=today,
    )
    return page, status


@bp.post("/grupper/<uuid:group_id>/status")
@permit.drc
def set_status(group_id: UUID) -> ResponseReturnValue:
    """Note a step in a group's life."""
    form = typed()
    given: Mapping[str, Any] | None = load(StatusFields(), form)
    if given is not None:
        try:
            operations.set_status(group_id, given["status"], given["day"])
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("The group's status has been saved."), "success")
            return redirect(url_for("networks.group", group_id=group_id))
    return _group(queries.group(group_id), form, 422)


@bp.get("/netvaerk")
@permit.drc
def networks() -> ResponseReturnValue:
    """The networks."""
    page = page_of(queries.networks(), [Network.sort_key, Network.id], request.args.get("side"), 50)
    return render_template("networks/networks.html", page=page, kinds=NETWORK_KINDS)


@bp.route("/netvaerk/ny", methods=["GET", "POST"])
@permit.drc
def new_network() -> ResponseReturnValue:
    """Create a network."""
    return _network_form(edited(None), None)


@bp.route("/netvaerk/<uuid:network_id>/ret", methods=["GET", "POST"])
@permit.drc
def edit_network(network_id: UUID) -> ResponseReturnValue:
    """Give a network another name or description."""
    found = queries.network(network_id)
    return _network_form(edited(queries.network_as_sent(found)), found)


def _network_form(form: Edited, found: Network | None) -> ResponseReturnValue:
    given = load(NetworkFields(), form) if form.sent else None
    try:
        if given is not None:
            kept = (
                operations.create_network(given)
                if found is None
                else operations.change_network(found.id, given, form.seen)
            )
            flash(_("The network has been saved."), "success")
            return redirect(url_for("networks.network", network_id=kept.id))
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
    page = render_template("networks/network_form.html", form=form, network=found, kinds=list(NETWORK_KINDS.items()))
    return page, form.status


@bp.get("/netvaerk/<uuid:network_id>")
@permit.drc
def network(network_id: UUID) -> ResponseReturnValue:
    """A network: its groups, and those that may join it."""
    found, today = queries.network(network_id), day_of(now())
    members = queries.members(found.id, today)
    asked = words_asked()
    hits = page_of(queries.groups(asked), [Group.sort_key, Group.id], None, 20).items if asked else []
    if asked:
        record_reading("group.searched", hits=len(hits))
    inside = {row.id for row in members}
    found_shares = shares.shares_of_network(found.id)
    return render_template(
        "networks/network.html",
        network=found,
        kind=NETWORK_KINDS[NetworkKind(found.kind)],
        members=members,
        asked=asked,
        hits=[row for row in hits if row.id not in inside],
        statuses=STATUSES,
        shares=found_shares,
        standings={row.id: shares.standing(row, today) for row in found_shares},
        standing_texts=STANDINGS,
        names=names(),
    )


@bp.post("/netvaerk/<uuid:network_id>/grupper/<uuid:group_id>/<deed>")
@permit.drc
def member(network_id: UUID, group_id: UUID, deed: str) -> ResponseReturnValue:
    """Let a group into a network (`ind`), or out of it (`ud`), from today."""
    if deed not in ("ind", "ud"):
        raise NotFound
    try:
        if deed == "ind":
            operations.join(network_id, group_id)
            flash(_("The group is in the network."), "success")
        else:
            operations.leave(network_id, group_id)
            flash(_("The group has left the network. What the network showed of it is out of sight."), "success")
    except Refusal as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
    return redirect(url_for("networks.network", network_id=network_id))
