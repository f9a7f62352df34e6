"""What the feature has."""

from __future__ import annotations

from service.cooperation import api, views
from service.feature import Feature

FEATURE = Feature(
    name="cooperation",
    pages=(views.bp,),
    resources={130: api.bp},
    acts=(
        "cooperation.noted",
        "cooperation.ended",
    ),
)
