"""What the feature has."""

from __future__ import annotations

from service.feature import Feature
from service.ledger import api

FEATURE = Feature(
    name="ledger",
    resources={270: api.bp},
)
