"""What is sent to activities and sessions."""

from __future__ import annotations

from service.activities.texts import WHY
from service.web.api import Code
from service.web.fields import Choice, Day, Number, Part, Rows, Strict, Text, Ticks, YesNo


class NewActivity(Strict):
    """An activity to start."""

    activity_type = Text(60)
    name = Text(120)
    place = Text(120)
    starts_on = Day()
    ends_on = Day(required=False)


class FromMunicipality(Strict):
    """The participants who came from one of the municipalities that a session served."""

    municipality_code = Code()
    adults = Number(0, 5000, required=False, load_default=0)
    children = Number(0, 5000, required=False, load_default=0)


class NewSession(Strict):
    """One time that an activity was held or cancelled.

    The volunteers' minutes left out are those of them all for as long as it lasted; participants left out are the sums of the
    municipalities'.
    """

    held_on = Day()
    cancelled = YesNo(required=False)
    cancelled_why = Choice(frozenset(WHY), required=False)
    cancelled_text = Text(200, required=False)
    minutes = Number(1, 1440, required=False)
    volunteers = Number(0, 500, required=False, load_default=0)
    volunteer_minutes = Number(0, 300_000, required=False)
    adults = Number(0, 5000, required=False, load_default=0)
    children = Number(0, 5000, required=False, load_default=0)
    women = Number(0, 5000, required=False)
    men = Number(0, 5000, required=False)
    new_faces = Number(0, 10_000, required=False, load_default=0)
    active_matches = Number(0, 5000, required=False)
    new_matches = Number(0, 5000, required=False)
    ended_matches = Number(0, 5000, required=False)
    waiting = Number(0, 5000, required=False)
    municipalities = Rows(Part(FromMunicipality), 98, required=False, load_default=list)


class Counting(Strict):
    """How an activity's sessions are counted: which other municipalities they serve, and whether women and men are counted."""

    serves = Ticks()
    asks_women_men = YesNo(required=False)
