"""For how long the words of check-ins are kept."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.activity.checkins.models import CheckIn
from service.platform.keeping import YEAR, Ending, Retention
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
