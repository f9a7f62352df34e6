"""What the feature has."""

from __future__ import annotations

from service.feature import Feature
from service.monday import api, views

FEATURE = Feature(
    name="monday",
    pages=(views.bp,),
    resources={250: api.bp},
)
