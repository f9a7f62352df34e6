"""What a check-in's fields are called, and the words for what they can hold."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from service.activity.activities.texts import WHY
from service.activity.checkins.rules import Outcome

FIELDS: Mapping[str, LazyString] = {
    "state": _l("State"),
    "cancelled_why": _l("Why it was cancelled"),
    "minutes": _l("Minutes"),
    "volunteers": _l("Volunteers"),
    "adults": _l("Adults and young people from 15"),
    "children": _l("Children under 15"),
    "women": _l("Women"),
    "men": _l("Men"),
    "new_faces": _l("New faces"),
    "active_matches": _l("Active matches"),
    "new_matches": _l("New matches"),
    "ended_matches": _l("Ended matches"),
    "waiting": _l("On the waiting list"),
}
WORDS: Mapping[str, Mapping[str, LazyString | str]] = {
    "state": {Outcome.HELD: _l("Held"), Outcome.CANCELLED: _l("Cancelled")},
    "cancelled_why": WHY,
}
