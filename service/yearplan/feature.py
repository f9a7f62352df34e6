"""What the feature has."""

from __future__ import annotations

from service.feature import Feature
from service.yearplan import api, views

FEATURE = Feature(
    name="yearplan",
    pages=(views.bp,),
    resources={230: api.bp},
)
