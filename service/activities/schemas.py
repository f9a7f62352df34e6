"""What is sent to activities and sessions."""

from __future__ import annotations

from service.web.fields import Day, Number, Strict, Text, YesNo


class NewActivity(Strict):
    """An activity to start."""

    activity_type = Text(60)
    name = Text(120)
    place = Text(120)
    starts_on = Day()
    ends_on = Day(required=False)


class NewSession(Strict):
    """One time that an activity was held or cancelled."""

    held_on = Day()
    cancelled = YesNo(required=False)
    volunteers = Number(0, 500, required=False, load_default=0)
    volunteer_minutes = Number(0, 300_000, required=False, load_default=0)
    adults = Number(0, 5000, required=False, load_default=0)
    children = Number(0, 5000, required=False, load_default=0)
