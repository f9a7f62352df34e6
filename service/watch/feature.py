"""What the feature has."""

from __future__ import annotations

from service.feature import Feature
from service.watch import views

FEATURE = Feature(
    name="watch",
    pages=(views.bp,),
)
