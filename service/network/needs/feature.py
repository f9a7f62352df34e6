"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.network.needs import board, board_api, keeping, lines
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
    acts={
        "need.said": _l("A need was said"),
        "need.changed": _l("A need was changed"),
        "need.accepted": _l("An answer to a need was accepted"),
        "need.progress": _l("The progress of a need was noted"),
        "need.withdrawn": _l("A need was withdrawn"),
        "need.answered": _l("A need was answered"),
        "need.given_back": _l("An answer to a need was given back"),
        "need.note_blanked": _l("A note of a need was removed"),
        "move.proposed": _l("A group was proposed across territories"),
        "move.agreed": _l("A proposal across territories was agreed to"),
        "move.declined": _l("A proposal across territories was declined"),
        "move.withdrawn": _l("A proposal across territories was withdrawn"),
        "move.given_back": _l("What was given across territories was given back"),
        "move.note_blanked": _l("A note of a proposal was removed"),
    },
    retentions=keeping.RETENTIONS,
    blankables=keeping.BLANKABLES,
)
