"""For how long the words of check-ins are kept."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.activity.checkins import stories
from service.activity.checkins.models import CheckIn, CheckInLine
from service.platform.keeping import REMOVED, YEAR, Blankable, Ending, Retention
from tenants.personal import Data

RETENTIONS = (
    Retention(
        data=Data.FREE_TEXT,
        what=_l("Stories that groups have told in check-ins"),
        model=CheckIn,
        time=2 * YEAR,
        since=CheckIn.asked_at,
        after=_l("after the group was asked"),
        ending=Ending.BLANKED,
        only=CheckIn.story != "",
    ),
)
BLANKABLES = (
    Blankable(column=CheckIn.group_name, what=_l("The name of a group, in a check-in"), blank=REMOVED),
    Blankable(column=CheckIn.draft, what=_l("What is typed in a check-in and not sent")),
    Blankable(column=CheckIn.story, what=_l("The story of a check-in"), take=stories.take),
    Blankable(column=CheckInLine.answer, what=_l("What a check-in said of a session")),
)
