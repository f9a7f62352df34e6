"""What the feature has."""

from __future__ import annotations

from service.duties import api, views
from service.feature import Feature

FEATURE = Feature(
    name="duties",
    pages=(views.bp,),
    resources={40: api.bp},
)
