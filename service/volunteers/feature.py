"""What the feature has."""

from __future__ import annotations

from service.feature import Feature
from service.volunteers import api, views

FEATURE = Feature(
    name="volunteers",
    pages=(views.bp,),
    resources={170: api.bp},
)
