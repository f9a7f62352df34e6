"""What the pages of editions call what came late."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.activity.activities.lateness import Way
from service.activity.activities.measures import MEASURES as COUNTED

MEASURES = {
    "sessions": _l("Sessions held"),
    "cancelled": _l("Cancelled sessions"),
    **{measure.code: measure.label for measure in COUNTED},
}
WAYS = {Way.REPORTED: _l("Reported late by the group"), Way.CORRECTED: _l("Corrected by DRC")}
OFFICES = {"secretariat": _l("DRC's secretariat"), "consultant": _l("Consultant")}
