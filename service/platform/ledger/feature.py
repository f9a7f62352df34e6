"""What the feature has."""

from __future__ import annotations

from service.platform.feature import Feature
from service.platform.ledger import api, keeping

FEATURE = Feature(
    name="ledger",
    resources={270: api.bp},
    keeps=keeping.KEEPS,
)
