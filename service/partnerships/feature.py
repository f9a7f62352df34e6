"""What the feature has."""

from __future__ import annotations

from service.feature import Feature
from service.partnerships import api, views

FEATURE = Feature(
    name="partnerships",
    pages=(views.bp,),
    resources={20: api.bp},
)
