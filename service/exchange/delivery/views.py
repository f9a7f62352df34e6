"""What became of a paper, for DRC."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from service.exchange.delivery import queries
from service.exchange.delivery.texts import FIRST_READ, STATES, WAYS
from service.platform.web.here import municipality_here
from service.platform.web.permits import permit

bp = Blueprint("delivery", __name__, template_folder="templates")


@bp.get("/kommuner/<municipality_code>/papirer/<uuid:document_id>/levering")
@permit.drc
def of_paper(municipality_code: str, document_id: UUID) -> ResponseReturnValue:
    """How far a paper has come on each way that it is brought."""
    paper = queries.paper(municipality_code, document_id)
    return render_template(
        "delivery/paper.html",
        paper=paper,
        ways=queries.delivered(paper),
        texts=WAYS,
        states=STATES,
        first_read=FIRST_READ,
        municipality=municipality_here(),
    )
