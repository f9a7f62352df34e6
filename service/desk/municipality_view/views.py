"""The network as a municipality sees it; DRC's offers to it; and DRC looking through its eyes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema

from service.desk.municipality_view import operations, queries
from service.desk.municipality_view.schemas import ConsentOfFields, GroupOfferFields, LookFields
from service.network.capacity.rules import is_old
from service.network.capacity.texts import counted
from service.network.networks import queries as networks
from service.network.networks.rules import GroupStatus
from service.network.networks.texts import GROUP_KINDS, STATUSES
from service.network.shares import operations as shares
from service.network.shares import queries as shared
from service.network.shares.models import Share
from service.network.shares.rules import CHOSEN, NEEDS_ONE_OF, Aspect, ShareStanding
from service.network.shares.schemas import OfferFields
from service.network.shares.texts import ASPECTS, WAYS
from service.partnership.catalogue.queries import kinds
from service.platform.accounts import operations as people
from service.platform.web.charts import BarChart, by_month
from service.platform.web.errors import Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.here import municipality_here, opens, scope_here
from service.platform.web.identity import me
from service.platform.web.language import chosen
from service.platform.web.permits import permit
from service.platform.web.reading import sending
from tenants import register
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.scope import Capability, Scope

bp = Blueprint("municipality_view", __name__, template_folder="templates")


@bp.get("/kommuner/<municipality_code>/netvaerk")
@permit.municipality
def network(municipality_code: str) -> ResponseReturnValue:
    """The groups that the municipality sees, and what it has been offered. DRC reads the same page."""
    scope, today = scope_here(), day_of(now())
    seen = queries.seen(municipality_code, scope, today)
    return render_template(
        "municipality_view/network.html",
        municipality=municipality_here(),
        opens=_opens(scope, Aspect.PRESENCE),
        seen=seen,
        shows_capacity=any(Aspect.CAPACITY in row.aspects for row in seen),
        networks=queries.networks_seen(municipality_code, scope, today),
        waiting=shared.waiting(municipality_code),
        statuses=STATUSES,
        kinds=kinds(),
        language_code=chosen(),
    )


def _opens(scope: Scope | None, *aspects: Aspect) -> bool:
    """Whether the agreement in force opens each of these."""
    return scope is not None and not any(NEEDS_ONE_OF[aspect].isdisjoint(scope.capabilities) for aspect in aspects)


@bp.get("/kommuner/<municipality_code>/netvaerk/ledigt")
@permit.municipality
def free(municipality_code: str) -> ResponseReturnValue:
    """What the groups that the municipality sees have free, as far as they share that. DRC reads the same page."""
    scope, today = scope_here(), day_of(now())
    return render_template(
        "municipality_view/free.html",
        municipality=municipality_here(),
        opens=_opens(scope, Aspect.PRESENCE, Aspect.CAPACITY),
        seen=queries.seen(municipality_code, scope, today),
        says_needs=opens(Capability.NEEDS),
        counted=lambda row: counted(row.kind, row.free),
        old=lambda row: is_old(row.noted_on, today),
    )


@bp.get("/kommuner/<municipality_code>/netvaerk/<uuid:group_id>")
@permit.municipality
def group(municipality_code: str, group_id: UUID) -> ResponseReturnValue:
    """A group as the municipality sees it."""
    today = day_of(now())
    page = queries.group_page(municipality_code, scope_here(), group_id, today, drc=me().drc)
    return render_template(
        "municipality_view/group.html",
        municipality=municipality_here(),
        page=page,
        chart=_chart(page.held) if page.held is not None else None,
        free=[(counted(row.kind, row.free), row.noted_on, is_old(row.noted_on, today)) for row in page.seen.free],
        group_kinds=GROUP_KINDS,
        statuses=STATUSES,
        kinds=kinds(),
        language_code=chosen(),
    )


def _chart(held: Mapping[dt.date, int]) -> BarChart:
    """How often a group met, month by month."""
    title = _("Sessions held in the last 13 months")
    return by_month("held", title, list(held), list(held.values()), unit=_("Sessions held"))


@bp.route("/grupper/<uuid:group_id>/tilbyd", methods=["GET", "POST"])
@permit.drc
def offer_group(group_id: UUID) -> ResponseReturnValue:
    """Offer a group to a municipality, with the group's consent."""
    found = networks.group(group_id)
    back = (url_for("networks.group", group_id=group_id), found.name)
    return _offer(GroupOfferFields(), lambda given: operations.offer_group(group_id, given), back, of_group=True)


@bp.route("/netvaerk/<uuid:network_id>/tilbyd", methods=["GET", "POST"])
@permit.drc
def offer_network(network_id: UUID) -> ResponseReturnValue:
    """Offer a network to a municipality."""
    found = networks.network(network_id)
    back = (url_for("networks.network", network_id=network_id), found.name)
    return _offer(OfferFields(), lambda given: operations.offer_network(network_id, given), back, of_group=False)


def _offer(
    schema: Schema, offer: Callable[[dict[str, Any]], Share], back: tuple[str, str], *, of_group: bool
) -> ResponseReturnValue:
    today = day_of(now())
    form = Typed({"valid_from": today.isoformat(), **({"given_on": today.isoformat()} if of_group else {})})
    if sending():
        form = typed()
        given = load(schema, form)
        try:
            if given is not None:
                row = offer(given)
                flash(_("The offer has been made. The municipality sees it on its page."), "success")
                return redirect(url_for("shares.share", municipality_code=row.municipality_code, share_id=row.id))
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
    codes = me().codes
    page = render_template(
        "municipality_view/offer.html",
        form=form,
        back=back,
        of_group=of_group,
        municipalities=[(m.code, m.name) for m in register.municipalities() if m.code in codes],
        shows=[(aspect, ASPECTS[aspect]) for aspect in CHOSEN],
        ways=list(WAYS.items()),
    )
    return page, 422 if form.errors else 200


@bp.route("/kommuner/<municipality_code>/delinger/<uuid:share_id>/samtykke", methods=["GET", "POST"])
@permit.drc
def consents(municipality_code: str, share_id: UUID) -> ResponseReturnValue:
    """What each group consents to and has consented to: recorded here, and taken back, as long as the share is not over."""
    form = Typed({"given_on": day_of(now()).isoformat()})
    if sending():
        form = typed()
        given = load(ConsentOfFields(), form)
        try:
            if given is not None:
                operations.consent(share_id, municipality_code, given)
                flash(_("The consent has been recorded."), "success")
                return redirect(request.path)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
    return _consents(shared.share(share_id, municipality_code), form)


def _consents(row: Share, form: Typed) -> ResponseReturnValue:
    today, sights, groups = day_of(now()), shared.sights(row.id, row.municipality_code), operations.groups_of(row)
    running = {s.group_id: s for s in sights if s.valid_to is None or s.valid_to > today}
    page = render_template(
        "municipality_view/consents.html",
        form=form,
        share=row,
        open=shared.standing(row, today) in (ShareStanding.OFFERED, ShareStanding.AHEAD, ShareStanding.RUNNING),
        groups=groups,
        choices=[(each.id, each.name) for each in groups if each.status != GroupStatus.CLOSED],
        names=networks.names([s.group_id for s in sights]),
        running=running,
        earlier=[s for s in sights if s not in running.values()],
        consents=shared.consents(row.municipality_code, [s.id for s in sights]),
        municipality=municipality_here(),
        shows=[(aspect, ASPECTS[aspect]) for aspect in CHOSEN if aspect in row.shows],
        aspects=ASPECTS,
        ways=list(WAYS.items()),
        way_texts=WAYS,
    )
    return page, 422 if form.errors else 200


@bp.post("/kommuner/<municipality_code>/delinger/<uuid:share_id>/samtykke/<uuid:group_id>/traek")
@permit.drc
def withdraw_consent(municipality_code: str, share_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """The group takes its consent back."""
    shares.withdraw_consent(shared.share(share_id, municipality_code, lock=True), group_id)
    flash(_("The consent has been taken back. The municipality no longer sees the group by this share."), "success")
    return redirect(url_for("municipality_view.consents", municipality_code=municipality_code, share_id=share_id))


@bp.post("/kommuner/<municipality_code>/se-som")
@permit.drc
def look(municipality_code: str) -> ResponseReturnValue:
    """Look through the municipality's eyes: the same pages and walls, and nothing can be changed."""
    given = load(LookFields(), typed())
    if given is None:
        flash(_("Choose why you look through the municipality's eyes."), "error")
    else:
        people.look_as(me(), municipality_code, given["why"])
    return redirect(url_for("home.municipality", municipality_code=municipality_code))


@bp.post("/se-som/slut")
@permit.signed_in
def stop_looking() -> ResponseReturnValue:
    """Be oneself again."""
    code = me().viewing
    if code is None:
        return redirect(url_for("home.start"))
    people.stop_looking(me())
    return redirect(url_for("home.municipality", municipality_code=code))
