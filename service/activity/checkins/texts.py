"""What a check-in's fields are called, and the words for what they can hold."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from service.activity.activities.measures import BY_CODE, CHECKIN
from service.activity.activities.texts import WHY
from service.activity.checkins.rules import Outcome

FIELDS: Mapping[str, LazyString] = {
    "state": _l("State"),
    "cancelled_why": _l("Why it was cancelled"),
    "minutes": _l("Minutes"),
    **{code: BY_CODE[code].checkin_label for code in CHECKIN},
}
# What a group ticks where its story may be printed. The words are kept with the consent: a paper stays, and others read it.
MAY_BE_PRINTED = _l(
    "The story may stand in the municipality's monthly statement: a paper that the municipality keeps, and that others can ask to read."
)
WORDS: Mapping[str, Mapping[str, LazyString | str]] = {
    "state": {Outcome.HELD: _l("Held"), Outcome.CANCELLED: _l("Cancelled")},
    "cancelled_why": WHY,
}
