"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.activity.calendars import api, feeds_api, keeping, operations, views
from service.platform.feature import Feature
from tenants.scope import Capability

FEATURE = Feature(
    name="calendars",
    pages=(views.bp,),
    resources={60: api.bp, 70: feeds_api.bp},
    leaving=(operations.revoke_made_by,),
    opened={Capability.CALENDAR: "calendars.calendar"},
    acts={
        "feed.made": _l("A calendar address was made"),
        "feed.renamed": _l("A calendar address was given another name"),
        "feed.revoked": _l("A calendar address was closed"),
    },
    blankables=keeping.BLANKABLES,
)
