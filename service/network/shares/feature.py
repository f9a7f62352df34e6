"""What the feature has."""

from __future__ import annotations

from service.network.shares import api, lines, views
from service.platform.feature import Feature

FEATURE = Feature(
    name="shares",
    pages=(views.bp,),
    resources={150: api.bp},
    lines=lines.LINES,
    acts=(
        "share.offered",
        "share.consented",
        "share.consent_withdrawn",
        "share.hidden",
        "share.accepted",
        "share.declined",
        "share.tells_neighbours",
        "share.withdrawn",
        "share.ended",
    ),
)
