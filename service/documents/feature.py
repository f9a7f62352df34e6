"""What the feature has."""

from __future__ import annotations

from service.documents import api, views
from service.feature import Feature

FEATURE = Feature(
    name="documents",
    pages=(views.bp,),
    resources={260: api.bp},
)
