"""What the feature has."""

from __future__ import annotations

from service.feature import Feature
from service.posters import api, views

FEATURE = Feature(
    name="posters",
    pages=(views.bp,),
    resources={80: api.bp},
)
