"""What the feature has."""

from __future__ import annotations

from service.demo import operations
from service.feature import Feature

FEATURE = Feature(
    name="demo",
    acts=(operations.BEGUN, operations.LOADED),
)
