"""What the feature has."""

from __future__ import annotations

from service.feature import Feature
from service.lens import api, views

FEATURE = Feature(
    name="lens",
    pages=(views.bp,),
    resources={160: api.bp},
)
