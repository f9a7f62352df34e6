"""Where people write about activities, and how a text about somebody is taken out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.activity.activities.models import Activity, ActivitySession
from service.platform.keeping import REMOVED, Blankable

BLANKABLES = (
    Blankable(column=Activity.name, what=_l("The name of an activity"), blank=REMOVED),
    Blankable(column=Activity.place, what=_l("The place of an activity"), blank=REMOVED),
    Blankable(column=Activity.address, what=_l("The address of an activity")),
    Blankable(column=Activity.target_group, what=_l("Whom an activity is for")),
    Blankable(column=Activity.partners, what=_l("Partners of an activity")),
    Blankable(column=ActivitySession.cancelled_text, what=_l("Why a session was cancelled")),
)
