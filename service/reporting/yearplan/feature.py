"""What the feature has."""

from __future__ import annotations

from service.platform.feature import Feature
from service.reporting.yearplan import api, views
from tenants.scope import Capability

FEATURE = Feature(
    name="yearplan",
    pages=(views.bp,),
    resources={230: api.bp},
    figures=(api.bp.name,),
    opened={Capability.YEAR_PLAN: "yearplan.plan"},
)
