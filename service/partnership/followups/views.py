"""What is followed up by numbers that DRC tells, as a page: both sides read it, DRC tells."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.partnership.catalogue.files import measure_names
from service.partnership.followups import operations, queries, texts
from service.partnership.followups.models import FollowUp
from service.partnership.followups.rules import FollowedKind, Subject
from service.partnership.followups.schemas import ToldFields, word_of
from service.platform.web.errors import Refusal
from service.platform.web.forms import Typed, load, typed
from service.platform.web.here import municipality_here
from service.platform.web.identity import me
from service.platform.web.language import chosen
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from tenants.database import db

bp = Blueprint("followups", __name__, template_folder="templates")
MAX_TOLD = 20


@bp.get("/kommuner/<municipality_code>/opfoelgning")
@permit.municipality
def listing(municipality_code: str) -> ResponseReturnValue:
    """How each earmark and each target that is told of stands, and all that was told before."""
    return _page(municipality_code, Typed())


@bp.post("/kommuner/<municipality_code>/opfoelgning")
@permit.drc
def tell(municipality_code: str) -> ResponseReturnValue:
    """Tell what was used of an earmark, or reached of a target."""
    form = typed()
    given = load(ToldFields(), form)
    if given is not None:
        subject = given["subject"] or Subject(0, FollowedKind.EARMARK, "")
        try:
            operations.tell(municipality_code, subject, given["amount"], given["as_of"], given["words"], me().person_id)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("It is told. The municipality can see it."), "success")
            return redirect(url_for("followups.listing", municipality_code=municipality_code))
    return _page(municipality_code, form)


def _page(code: str, form: Typed) -> ResponseReturnValue:
    names = measure_names(chosen())
    followed = queries.followed(code)
    page = page_of(
        queries.follow_ups(code), [FollowUp.told_at, FollowUp.id], request.args.get("side"), MAX_TOLD, descending=True
    )
    html = render_template(
        "followups/list.html",
        followed=followed,
        subjects=[(word_of(one.subject), texts.what(one, names)) for one in followed],
        page=page,
        names=names,
        texts=texts,
        form=form,
        municipality=municipality_here(),
    )
    return html, form.status
