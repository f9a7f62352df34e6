"""What the feature has."""

from __future__ import annotations

from service.network.cooperation import api, lines, views
from service.platform.feature import Feature

FEATURE = Feature(
    name="cooperation",
    pages=(views.bp,),
    resources={130: api.bp},
    lines=lines.LINES,
    acts=(
        "cooperation.noted",
        "cooperation.ended",
    ),
)
