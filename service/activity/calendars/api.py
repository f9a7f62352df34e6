"""The calendar as a list of the times that activities are to meet."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from marshmallow import fields

from service.activity.activities.coverage import Coverage
from service.activity.calendars import queries
from service.activity.calendars.rules import CalendarEntry
from service.platform.web.api import Item, listed, pages_of, resource
from service.platform.web.date_fields import Day
from service.platform.web.errors import Invalid
from service.platform.web.fields import Strict
from service.platform.web.here import scope_here
from service.platform.web.identity import me
from service.platform.web.permits import permit
from tenants.calendar import DENMARK, day_of
from tenants.database import now
from tenants.scope import Capability

bp = resource("calendar", __name__, "When activities are to meet.")
MOST_DAYS = 366


class CalendarQuery(Strict):
    """From which day to which, both included. Left out: 31 days from today."""

    first = Day(required=False, data_key="from")
    last = Day(required=False, data_key="to")


class OccurrenceItem(Item):
    """One time that an activity is to meet, and how it stands to the agreement in force that day."""

    id = fields.String()
    municipality_code = fields.String()
    activity_id = fields.UUID()
    name = fields.String()
    place = fields.String()
    standing = fields.String(metadata={"enum": [each.value for each in Coverage]})
    day = fields.Date()
    starts_at = fields.AwareDateTime(allow_none=True)
    minutes = fields.Integer(allow_none=True)


@bp.get("/municipalities/<municipality_code>/calendar")
@permit.capability(Capability.CALENDAR)
@bp.arguments(CalendarQuery, location="query")
@bp.response(200, pages_of(OccurrenceItem))
def calendar(asked: dict[str, Any], municipality_code: str) -> Any:
    """List when the activities of a municipality are to meet, holidays and breaks left out, all of it at once."""
    first = asked["first"] or day_of(now())
    last = asked["last"] or first + dt.timedelta(days=30)
    if not 0 <= (last - first).days < MOST_DAYS:
        raise Invalid({"to": [_("Ask for 1 to %(most)s days, the first one first.", most=MOST_DAYS)]})
    after = last + dt.timedelta(days=1)
    found = queries.entries(municipality_code, first, after, drc=me().drc, scope=scope_here())
    items = [_item(entry) for entry in sorted(found, key=lambda entry: entry.order)]
    return listed(items, None, max(len(items), 1))


def _item(entry: CalendarEntry) -> dict[str, Any]:
    starts_at = dt.datetime.combine(entry.day, entry.starts, DENMARK) if entry.starts else None
    return {
        "id": f"{entry.activity_id}-{entry.day:%Y-%m-%d}",
        "starts_at": starts_at,
        **{
            name: getattr(entry, name)
            for name in ("municipality_code", "activity_id", "name", "place", "standing", "day", "minutes")
        },
    }
