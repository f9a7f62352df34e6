"""What the feature has."""

from __future__ import annotations

from service.catalogue import views
from service.feature import Feature

FEATURE = Feature(
    name="catalogue",
    pages=(views.bp,),
)
