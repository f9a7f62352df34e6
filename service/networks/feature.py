"""What the feature has."""

from __future__ import annotations

from service.feature import Feature
from service.networks import api, views

FEATURE = Feature(
    name="networks",
    pages=(views.bp,),
    resources={110: api.bp},
)
