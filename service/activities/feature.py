"""What the feature has."""

from __future__ import annotations

from service.activities import api, session_views, sessions_api, views
from service.feature import Feature

FEATURE = Feature(
    name="activities",
    pages=(
        views.bp,
        session_views.bp,
    ),
    resources={50: api.bp, 90: sessions_api.bp},
)
