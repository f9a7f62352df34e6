"""What the feature has."""

from __future__ import annotations

from service.desk.demo import operations
from service.platform.feature import Feature

FEATURE = Feature(
    name="demo",
    acts=(operations.BEGUN, operations.LOADED),
)
