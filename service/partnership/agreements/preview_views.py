"""The draft as it will read when it is printed, as a page for DRC."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from service.partnership.agreements import preview
from service.partnership.catalogue.clauses import ClauseError
from service.partnership.partnerships import drafting, texts
from service.partnership.partnerships import queries as drafts
from service.platform.documents.filling import body
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.here import municipality_here, scope_here
from service.platform.web.permits import permit

bp = Blueprint("previews", __name__, template_folder="templates")
ADDENDUM = "tillaeg"


@bp.get("/kommuner/<municipality_code>/aftaler/udkast")
@permit.drc
def draft(municipality_code: str) -> ResponseReturnValue:
    """What the draft says as an agreement, or as an addendum to the one in force; what is missing, where it cannot be told."""
    found = drafts.draft(municipality_code)
    if found is None:
        raise NotFound
    weighed = drafting.weigh(drafting.drafted(found, {}))
    as_addendum, shown, refused = request.args.get("som") == ADDENDUM, None, ""
    if weighed.shown is not None:
        show = preview.of_addendum if as_addendum else preview.of_agreement
        try:
            shown = show(municipality_code, weighed.shown)
        except Refusal as refusal:
            refused = " ".join(said for messages in refusal.errors.values() for said in messages) or refusal.message
        except ClauseError as error:
            refused = str(error)
    return render_template(
        "agreements/preview.html",
        shown=shown,
        text=body(shown.paper) if shown else "",
        refused=refused,
        missing=[(part.value, texts.PARTS[part][0], texts.called(weighed.errors[part])) for part in weighed.errors],
        as_addendum=as_addendum,
        agreed=scope_here() is not None,
        addendum=ADDENDUM,
        municipality=municipality_here(),
    )
