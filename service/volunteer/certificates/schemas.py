"""The shape of a verification as it is sent."""

from __future__ import annotations

from service.platform.web.date_fields import Day
from service.platform.web.fields import Strict


class VerificationFields(Strict):
    """That a child certificate has been seen: on which day, and until when that holds."""

    verified_on = Day()
    renew_by = Day(required=False)
