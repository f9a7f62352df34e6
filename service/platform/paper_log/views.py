"""The newest checkpoint, for whoever keeps one."""

from __future__ import annotations

from flask import Blueprint, Response

from service.platform.paper_log import queries
from service.platform.web.errors import NotFound
from service.platform.web.permits import permit

bp = Blueprint("paper_log", __name__)


@bp.get("/verificer/checkpoint")
@permit.public
def checkpoint() -> Response:
    """The newest checkpoint of the log of papers: a signed note, as text."""
    row = queries.newest()
    if row is None:
        raise NotFound
    return Response(row.note, mimetype="text/plain")
