"""What the feature has."""

from __future__ import annotations

from service.desk.monday import api, views
from service.platform.feature import Feature

FEATURE = Feature(
    name="monday",
    pages=(views.bp,),
    resources={250: api.bp},
)
