"""What the feature has."""

from __future__ import annotations

from service.feature import Feature
from service.home import views

FEATURE = Feature(
    name="home",
    pages=(views.bp,),
)
