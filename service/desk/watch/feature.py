"""What the feature has."""

from __future__ import annotations

from service.desk.watch import views
from service.platform.feature import Feature

FEATURE = Feature(
    name="watch",
    pages=(views.bp,),
)
