"""What the feature has."""

from __future__ import annotations

from service.certificates import api, views
from service.feature import Feature

FEATURE = Feature(
    name="certificates",
    pages=(views.bp,),
    resources={180: api.bp},
)
