"""What the feature has."""

from __future__ import annotations

from service.feature import Feature
from service.statements import api, views

FEATURE = Feature(
    name="statements",
    pages=(views.bp,),
    resources={210: api.bp},
)
