"""Papers of a year that failed or are late, as lines of the Monday list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _l

from service.platform.lines import Line, LineGroup, Lines, TaskSource, Words, four, here, nowhere
from service.platform.work import leases
from service.reporting.years.kinds import YearKind
from service.reporting.years.models import YearPaper
from service.reporting.years.texts import KINDS


def failed(_today: dt.date) -> Lines:
    """The papers that could not be made."""
    return _due().where(YearPaper.work_state == leases.FAILED)


def late(today: dt.date) -> Lines:
    """The papers that should have been there by their day."""
    return _due().where(YearPaper.work_state == leases.DUE, YearPaper.due_on < today)


def _due() -> Lines:
    return four(YearPaper.municipality_code, YearPaper.due_on, YearPaper.year, YearPaper.kind)


def _says(line: Line, _words: Words) -> Any:
    return _l("%(paper)s %(year)s", paper=KINDS[YearKind(line.note)], year=line.subject)


LINES = (
    TaskSource(
        "failed_year_papers",
        LineGroup.FAILED,
        2,
        failed,
        _l("Papers of the year that could not be made"),
        _says,
        _l("See why and try again"),
        "monday.stuck_work",
        nowhere,
    ),
    TaskSource(
        "late_year_papers",
        LineGroup.MISSING,
        4,
        late,
        _l("Papers of the year that are late: a month is not closed"),
        _says,
        _l("See the papers of the year"),
        "years.listing",
        here,
    ),
)
