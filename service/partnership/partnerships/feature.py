"""What the feature has."""

from __future__ import annotations

from service.partnership.partnerships import api, keeping, views
from service.platform.feature import Feature

FEATURE = Feature(
    name="partnerships",
    pages=(views.bp,),
    resources={20: api.bp},
    figures=(api.bp.name,),
    blankables=keeping.BLANKABLES,
)
