"""What the feature has."""

from __future__ import annotations

from service.desk.endings import views
from service.platform.feature import Feature

FEATURE = Feature(name="endings", pages=(views.bp,))
