"""Earmarks of which nothing is told as the year ends, as a line of the Monday list."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.partnership.followups import queries
from service.platform.lines import Line, LineGroup, TaskSource, Words, here


def _says(line: Line, _words: Words) -> Any:
    return _("Nothing is told of an amount that was set apart for %(year)s.", year=line.note)


LINES = (
    TaskSource(
        "earmarks_untold",
        LineGroup.MISSING,
        5,
        queries.untold,
        _l("Earmarked amounts of which nothing is told"),
        _says,
        _l("Tell what was used"),
        "followups.listing",
        here,
    ),
)
