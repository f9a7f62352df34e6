"""What the feature has."""

from __future__ import annotations

from service.agreements import api, views
from service.feature import Feature

FEATURE = Feature(
    name="agreements",
    pages=(views.bp,),
    resources={30: api.bp},
)
