"""What the feature has."""

from __future__ import annotations

from service.checkins import api, views
from service.feature import Feature

FEATURE = Feature(
    name="checkins",
    pages=(views.bp,),
    resources={100: api.bp},
)
