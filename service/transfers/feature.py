"""What the feature has."""

from __future__ import annotations

from service.feature import Feature
from service.transfers import api, export_views, exports_api, views

FEATURE = Feature(
    name="transfers",
    pages=(
        views.bp,
        export_views.bp,
    ),
    resources={280: api.bp, 290: exports_api.bp},
)
