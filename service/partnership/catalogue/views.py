"""The catalogue as DRC reads it: every activity type, its side of the boundary, and why."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.partnership.catalogue import files, queries
from service.partnership.catalogue.rules import BoundarySide, MeetsChildren
from service.partnership.catalogue.texts import SIDES, SIDES_EXPLAINED
from service.platform.web.permits import permit

bp = Blueprint("catalogue", __name__, template_folder="templates")


@bp.get("/katalog")
@permit.drc
def catalogue() -> ResponseReturnValue:
    """The activity types by side of the boundary, in Danish order."""
    kinds = queries.kinds().values()
    return render_template(
        "catalogue/catalogue.html",
        sides=[
            (side, SIDES[side], SIDES_EXPLAINED[side], [kind for kind in kinds if kind.side is side])
            for side in BoundarySide
        ],
        outcomes=files.outcomes(),
        children={
            MeetsChildren.YES: _("Always"),
            MeetsChildren.MAYBE: _("It depends"),
            MeetsChildren.NO: _("Not by itself"),
        },
    )
