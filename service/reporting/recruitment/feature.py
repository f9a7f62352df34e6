"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature, Step
from service.reporting.recruitment import api, operations, views
from tenants.calendar import day_of
from tenants.database import now
from tenants.scope import Capability

FEATURE = Feature(
    name="recruitment",
    pages=(views.bp,),
    resources={240: api.bp},
    figures=(api.bp.name,),
    steps={
        40: Step("recruitment.count", lambda: operations.count_owed(day_of(now())), _l("The count of volunteers")),
    },
    opened={Capability.RECRUITMENT: "recruitment.months"},
)
