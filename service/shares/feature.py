"""What the feature has."""

from __future__ import annotations

from service.feature import Feature
from service.shares import api, views

FEATURE = Feature(
    name="shares",
    pages=(views.bp,),
    resources={150: api.bp},
)
