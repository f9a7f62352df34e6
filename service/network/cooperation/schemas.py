"""The shape of a cooperation agreement as it is sent: by the form's fields or as JSON."""

from __future__ import annotations

from service.platform.web.date_fields import Day
from service.platform.web.fields import Strict


class CooperationFields(Strict):
    """An agreement that was signed. `starts_on` left out is the day it was signed, and `ends_on` left out until further notice."""

    signed_on = Day()
    starts_on = Day(required=False)
    ends_on = Day(required=False)


class CooperationEndFields(Strict):
    """The last day of an agreement; none is until further notice."""

    ends_on = Day(required=False)
