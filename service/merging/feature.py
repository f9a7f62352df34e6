"""What the feature has."""

from __future__ import annotations

from service.feature import Feature
from service.merging import api, views

FEATURE = Feature(
    name="merging",
    pages=(views.bp,),
    resources={200: api.bp},
)
