"""Duties in words, on screen. What the parties wrote themselves stays in the words of the agreement."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.partnership.duties.rules import Kind, Side, Standing

SIDES = {
    Side.MUNICIPALITY: _l("The municipality"),
    Side.DRC: _l("DRC"),
    Side.BOTH: _l("Both"),
}
KINDS = {
    Kind.MEETING: _l("Hold a status meeting"),
    Kind.EVALUATION: _l("Evaluate the partnership"),
}
STANDINGS = {
    Standing.OVERDUE: (_l("Overdue"), "error"),
    Standing.AHEAD: (_l("Ahead"), "info"),
    Standing.DONE: (_l("Done"), "success"),
    Standing.MISSED: (_l("Was not done"), "warning"),
}


def title(kind: str, written: str) -> object:
    """What a duty is called on a page: "at holde et kursus" as "Holde et kursus"."""
    words = written.removeprefix("at ")
    return KINDS.get(Kind(kind), words[:1].upper() + words[1:])
