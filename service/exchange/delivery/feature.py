"""What the feature has."""

from __future__ import annotations

from service.exchange.delivery import views
from service.platform.feature import Feature

FEATURE = Feature(name="delivery", pages=(views.bp,))
