"""Child certificates as pages, for DRC's people."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.network.networks import queries as networks
from service.network.networks.views import names
from service.platform.web.errors import Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.identity import me
from service.platform.web.pages import rows_of
from service.platform.web.permits import permit
from service.platform.web.reading import reading
from service.volunteer.certificates import operations, queries, rules
from service.volunteer.certificates.schemas import VerificationFields
from service.volunteer.volunteers import operations as volunteer_operations
from service.volunteer.volunteers import queries as volunteers
from service.volunteer.volunteers import territory
from service.volunteer.volunteers.models import Volunteer
from service.volunteer.volunteers.rules import Certificate
from service.volunteer.volunteers.rules import certificate as standing_of
from service.volunteer.volunteers.texts import CERTIFICATES
from tenants.calendar import day_of
from tenants.database import db, now

bp = Blueprint("certificates", __name__, template_folder="templates")
AT_ONCE = 50  # how many a page of the list holds


@bp.get("/frivillige/boerneattester")
@permit.drc
def due() -> ResponseReturnValue:
    """The certificates within reach that are due: missing, expired, or about to expire."""
    asked, today = {name: request.args.get(name, "") for name in ("attest", "kommune")}, day_of(now())
    query = queries.due(
        me().codes,
        today,
        Certificate(asked["attest"]) if asked["attest"] in set(Certificate) - {Certificate.VALID} else None,
        called_in=asked["kommune"] if asked["kommune"] in me().codes else None,
    )
    keys = [queries.URGENCY, Volunteer.sort_key, Volunteer.id]
    page = rows_of(query.add_columns(*keys), keys, request.args.get("side"), AT_ONCE)
    found = [row.Volunteer for row in page.items]
    roles = volunteers.roles([row.id for row in found], today)
    known, where = names(), queries.calling_municipalities([row.id for row in found], today)
    return render_template(
        "certificates/due.html",
        volunteers=found,
        cursor=page.cursor,
        asked=asked,
        standing={row.id: standing_of(row.verified_until, today) for row in found},
        where={key: [known[code] for code in codes] for key, codes in where.items()},
        municipalities=[(code, name) for code, name in known.items() if code in me().codes],
        roles=roles,
        groups=networks.names({held.group_id for found in roles.values() for held in found}),
        certificates={key: texts for key, texts in CERTIFICATES.items() if key is not Certificate.VALID},
    )


@bp.route("/frivillige/<uuid:volunteer_id>/boerneattest", methods=["GET", "POST"])
@permit.drc
def certificate(volunteer_id: UUID) -> ResponseReturnValue:
    """When a volunteer's certificate was seen, and the place to note that it has been."""
    form, status = Typed(), 200
    found = territory.opened(volunteer_id)
    if reading():
        volunteer_operations.read(volunteer_id)
    else:
        form, status = typed(), 422
        given = load(VerificationFields(), form)
        try:
            if given is not None:
                operations.verify(volunteer_id, given["verified_on"], given["renew_by"])
                flash(_("The certificate has been noted as seen."), "success")
                return redirect(url_for("volunteers.volunteer", volunteer_id=volunteer_id))
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
            found = volunteers.volunteer(volunteer_id)
    page = render_template(
        "certificates/certificate.html",
        volunteer=found,
        form=form,
        rows=queries.certificates(found.id),
        years=rules.YEARS,
    )
    return page, status


@bp.post("/frivillige/<uuid:volunteer_id>/boerneattest/<uuid:certificate_id>/fortryd")
@permit.drc
def take_back(volunteer_id: UUID, certificate_id: UUID) -> ResponseReturnValue:
    """Remove a verification that was noted by mistake."""
    try:
        operations.take_back(volunteer_id, certificate_id)
        flash(_("The verification has been removed."), "success")
    except Refusal as refusal:
        db.session.rollback()
        flash(refusal.message, "error")
    return redirect(url_for("certificates.certificate", volunteer_id=volunteer_id))
