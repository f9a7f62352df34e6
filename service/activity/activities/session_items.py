"""What is sent to and told of sessions, parts and figures in the API."""

from __future__ import annotations

from marshmallow import fields

from service.activity.activities.fields import FIELDS
from service.activity.activities.measures import BY_CODE, MEASURES, MONTHLY, Divided
from service.activity.activities.schemas import NewSession, having
from service.platform.web.api import Editable, Id, Item, MonthName, MunicipalQuery
from service.platform.web.date_fields import Day, Month
from service.platform.web.declared import Way, fields_of
from service.platform.web.fields import Strict


class SessionQuery(MunicipalQuery):
    """What the list of sessions is asked with: of one activity, and of days from one to another, both included."""

    activity_id = Id(required=False)
    first = Day(required=False, data_key="from")
    last = Day(required=False, data_key="to")


class FigureQuery(Strict):
    """From which month to which, both included. Left out: the thirteen months that end with the one before this."""

    first = Month(required=False, data_key="from")
    last = Month(required=False, data_key="to")


class SessionSent(NewSession):
    """One time that an activity was held or cancelled, to record."""

    activity_id = Id()


@having({each.code: fields.Integer() for each in MEASURES if each.divided is not Divided.AS_PEOPLE})
class _PartCounts:
    """What is divided equally, or by where the participants came from."""


@having({each.code: fields.Integer(allow_none=True) for each in MEASURES})
class _Counts:
    """All that is counted."""


@having({code: fields.Integer(allow_none=BY_CODE[code].open) for code in MONTHLY})
class _MonthlyCounts:
    """All that is told of a month."""


class _Whose(Item):
    """Whose it is."""

    municipality_code = fields.String()


class PartItem(_PartCounts, _Whose):
    """What one of the municipalities that a session served has of it, in whole numbers that sum to the session."""


class CameFromItem(_Whose):
    """How many participants came from a municipality, where it was told."""

    adults = fields.Integer()
    children = fields.Integer()


class _AboutSession(Editable):
    """What is told of a session beside its counts."""

    id = fields.UUID()
    municipality_code = fields.String()
    activity_id = fields.UUID(allow_none=True)
    activity_type = fields.String(allow_none=True)
    shared = fields.Boolean()
    locals().update(fields_of(FIELDS, Way.TOLD))


class SessionItem(_Counts, _AboutSession):
    """One time an activity was held, or cancelled.

    A municipality's key reads when it was held, and whether it served others as well; the activity is null where it belongs to
    another. All else is DRC's and null there.
    """

    municipalities = fields.List(fields.Nested(CameFromItem), allow_none=True)
    parts = fields.List(fields.Nested(PartItem), allow_none=True)
    recorded_at = fields.AwareDateTime(allow_none=True)
    changed_at = fields.AwareDateTime(allow_none=True)
    late = fields.Boolean(allow_none=True, metadata={"description": "Recorded as it is after its month was closed."})


class CountingItem(Editable):
    """How an activity's sessions are counted."""

    id = fields.UUID()
    serves = fields.List(fields.String())
    asks_women_men = fields.Boolean()


class _AboutMonth(Item):
    """What is told of a month beside that."""

    id = fields.String()
    month = MonthName()
    activity_type = fields.String()
    sessions = fields.Integer()
    cancelled = fields.Integer()
    shared = fields.Integer()
    attendances = fields.Integer()
    volunteer_attendances = fields.Integer()
    volunteer_minutes = fields.Integer()


class NationalItem(_MonthlyCounts, _AboutMonth):
    """A month in all of Denmark, as recorded by now: each session once, whatever number of municipalities it served.

    Active matches and the waiting list are as last counted by each activity. Null was not counted.
    """


class TypeFigures(Item):
    """A month's figures of one activity type. Null is a count that is kept back."""

    activity_type = fields.String()
    sessions = fields.Integer()
    cancelled = fields.Integer()
    attendances = fields.Integer(allow_none=True)
    volunteer_attendances = fields.Integer(allow_none=True)


class FigureItem(Item):
    """A municipality's month. Null is a count of persons so small, or so easily worked out, that it is kept back, or hours that tell one.

    `who` is of the participants of the types whose attendances are shown, and of the pairs and the waiting list as they were at
    the month's end. What was not counted in the month is not named there.
    """

    id = fields.String()
    municipality_code = fields.String()
    month = MonthName()
    sessions = fields.Integer()
    cancelled = fields.Integer()
    volunteer_hours = fields.Integer(allow_none=True)
    attendances = fields.Integer(allow_none=True)
    volunteer_attendances = fields.Integer(allow_none=True)
    by_type = fields.List(fields.Nested(TypeFigures))
    who = fields.Dict(keys=fields.String(metadata={"enum": list(MONTHLY)}), values=fields.Integer(allow_none=True))
    followed = fields.List(
        fields.String(),
        metadata={
            "description": "What is kept back though it is not small itself, as a small count would follow from it."
        },
    )
