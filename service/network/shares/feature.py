"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.network.shares import api, keeping, lines, views
from service.platform.feature import Feature

FEATURE = Feature(
    name="shares",
    pages=(views.bp,),
    resources={150: api.bp},
    lines=lines.LINES,
    acts={
        "share.offered": _l("A share was offered"),
        "share.consented": _l("A group consented to a share"),
        "share.consent_withdrawn": _l("A group withdrew its consent"),
        "share.hidden": _l("A part of a share was hidden"),
        "share.accepted": _l("A share was accepted"),
        "share.declined": _l("A share was declined"),
        "share.tells_neighbours": _l("Who else shares the group was shown or hidden"),
        "share.withdrawn": _l("The offer of a share was withdrawn"),
        "share.ended": _l("A share ended"),
    },
    keeps=keeping.KEEPS,
    retentions=keeping.RETENTIONS,
    blankables=keeping.BLANKABLES,
    remnants=keeping.REMNANTS,
)
