"""What the feature has."""

from __future__ import annotations

from service.feature import Feature
from service.recruitment import api, views

FEATURE = Feature(
    name="recruitment",
    pages=(views.bp,),
    resources={240: api.bp},
)
