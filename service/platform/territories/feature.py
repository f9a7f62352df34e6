"""What the feature has."""

from __future__ import annotations

from service.platform.feature import Feature
from service.platform.territories import views

FEATURE = Feature(name="territories", pages=(views.bp,), acts=("territory.moved",))
