"""What the feature has."""

from __future__ import annotations

from service.declarations import api, views
from service.feature import Feature

FEATURE = Feature(
    name="declarations",
    pages=(views.bp,),
    resources={190: api.bp},
)
