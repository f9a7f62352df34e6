"""Where the names of feeds are kept, and how a text about somebody is taken out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.activity.calendars.models import Feed, GroupFeed
from service.platform.keeping import REMOVED, Blankable

BLANKABLES = (
    Blankable(column=Feed.title, what=_l("The name of a calendar, or of a feed of papers"), blank=REMOVED),
    Blankable(column=GroupFeed.title, what=_l("The name of a group's calendar"), blank=REMOVED),
)
