"""What the feature has."""

from __future__ import annotations

from service.platform.documents import api, views
from service.platform.feature import Feature

FEATURE = Feature(
    name="documents",
    pages=(views.bp,),
    resources={260: api.bp},
)
