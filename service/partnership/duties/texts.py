"""Duties in words, on screen. What the parties wrote themselves stays in the words of the agreement."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.partnership.duties.rules import DutyKind, DutySide, DutyStanding

SIDES = {
    DutySide.MUNICIPALITY: _l("The municipality"),
    DutySide.DRC: _l("DRC"),
    DutySide.BOTH: _l("Both"),
}
KINDS = {
    DutyKind.MEETING: _l("Hold a status meeting"),
    DutyKind.EVALUATION: _l("Evaluate the partnership"),
}
STANDINGS = {
    DutyStanding.OVERDUE: (_l("Overdue"), "error"),
    DutyStanding.AHEAD: (_l("Ahead"), "info"),
    DutyStanding.DONE: (_l("Done"), "success"),
    DutyStanding.MISSED: (_l("Was not done"), "warning"),
    DutyStanding.FALLEN_AWAY: (_l("Falls away"), "info"),
}


def title(kind: str, written: str) -> object:
    """What a duty is called on a page: "at holde et kursus" as "Holde et kursus"."""
    words = written.removeprefix("at ")
    return KINDS.get(DutyKind(kind), words[:1].upper() + words[1:])
