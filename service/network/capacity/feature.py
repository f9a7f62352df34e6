"""What the feature has."""

from __future__ import annotations

from service.network.capacity import api, views
from service.platform.feature import Feature

FEATURE = Feature(
    name="capacity",
    pages=(views.bp,),
    resources={120: api.bp},
    acts=("capacity.noted",),
)
