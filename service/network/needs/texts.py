"""Needs and moves in words."""

from __future__ import annotations

import re

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from service.network.needs.rules import LANGUAGES, Near, NeedAct, NeedParty, NeedState, ReallocationState

STATES = {
    NeedState.OPEN: (_l("Waits for an answer"), "warning"),
    NeedState.ANSWERED: (_l("Answered"), "info"),
    NeedState.ACCEPTED: (_l("Accepted"), "info"),
    NeedState.IN_PROGRESS: (_l("In progress"), "info"),
    NeedState.MET: (_l("Met"), "success"),
    NeedState.WITHDRAWN: (_l("Withdrawn"), ""),
}
ACTS = {
    NeedAct.SAY: _l("Said"),
    NeedAct.CHANGE: _l("Changed"),
    NeedAct.ACCEPT: _l("Accepted"),
    NeedAct.PROGRESS: _l("In place"),
    NeedAct.WITHDRAW: _l("Withdrawn"),
    NeedAct.ANSWER: _l("Answered"),
    NeedAct.GIVE_BACK: _l("Taken back"),
}
SIDES = {NeedParty.MUNICIPALITY: _l("The municipality"), NeedParty.DRC: _l("DRC")}
NEARS = {
    Near.HOME: _l("at home in the municipality"),
    Near.SERVES: _l("serves the municipality already"),
    Near.TERRITORY: _l("in the same consultant territory"),
    Near.REGION: _l("in the same region"),
    Near.AWAY: _l("further away"),
}
MOVES = {
    ReallocationState.PROPOSED: (_l("Waits for a yes"), "warning"),
    ReallocationState.AGREED: (_l("Agreed"), "success"),
    ReallocationState.DECLINED: (_l("Said no"), "error"),
    ReallocationState.WITHDRAWN: (_l("Proposal withdrawn"), ""),
    ReallocationState.GIVEN_BACK: (_l("Given back"), ""),
}


def languages() -> list[tuple[str, str]]:
    """The languages that can be welcome, named in the reader's language and in its order."""
    names = get_locale().languages
    return sorted(((code, names[code]) for code in LANGUAGES), key=lambda pair: pair[1])


# The last parts of long Danish place names, before which a name may be divided where a line has no room for all of it.
_LAST_PARTS = "berg|bjerg|borg|bugt|bæk|fart|fjord|havn|himmerlands|lands|lund|minde|slev|sund"


def divisible(name: str) -> str:
    """A name of a place with soft hyphens where it may be divided."""
    return re.sub(rf"(?<=\w{{4}})(?=(?:{_LAST_PARTS})s?\b)", "\N{SOFT HYPHEN}", name)
