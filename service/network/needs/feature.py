"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.network.needs import board, board_api, lines
from service.platform.feature import Feature, MenuPlace
from tenants.scope import Capability

FEATURE = Feature(
    name="needs",
    pages=(board.bp,),
    resources={140: board_api.bp},
    lines=lines.LINES,
    menu_of_drc={
        50: MenuPlace(_l("Capacity"), "needs.board"),
    },
    menu_of_municipality={
        40: MenuPlace(_l("Needs"), "needs.listing", Capability.NEEDS),
    },
    opened={Capability.NEEDS: "needs.listing"},
    acts=(
        "need.said",
        "need.changed",
        "need.accepted",
        "need.progress",
        "need.withdrawn",
        "need.answered",
        "need.given_back",
        "need.note_blanked",
        "move.proposed",
        "move.agreed",
        "move.declined",
        "move.withdrawn",
        "move.given_back",
        "move.note_blanked",
    ),
)
