"""What the feature has."""

from __future__ import annotations

from service.drift import api, views
from service.feature import Feature

FEATURE = Feature(
    name="drift",
    pages=(views.bp,),
    resources={220: api.bp},
)
