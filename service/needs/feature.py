"""What the feature has."""

from __future__ import annotations

from service.feature import Feature
from service.needs import api, board

FEATURE = Feature(
    name="needs",
    pages=(board.bp,),
    resources={140: api.bp},
)
