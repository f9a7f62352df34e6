"""What is overdue, as lines of the Monday list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func

from service.partnership.duties import queries
from service.partnership.duties.models import OwedDuty
from service.partnership.duties.rules import DutySide
from service.partnership.duties.texts import title
from service.platform.lines import Line, LineGroup, Lines, TaskSource, Words, four, this


def overdue(*sides: DutySide) -> Callable[[dt.date], Lines]:
    """What is overdue of what those sides have promised."""

    def lines(today: dt.date) -> Lines:
        said = func.concat(OwedDuty.kind, ":", OwedDuty.title)
        late = four(OwedDuty.municipality_code, OwedDuty.due_on, OwedDuty.id, said)
        return late.where(*queries.overdue_ones(today), OwedDuty.side.in_(sides))

    return lines


def _says_duty(line: Line, _words: Words) -> Any:
    kind, _colon, written = line.note.partition(":")
    return title(kind, written)


LINES = (
    TaskSource(
        "duties_drc",
        LineGroup.DUE,
        4,
        overdue(DutySide.DRC, DutySide.BOTH),
        _l("What DRC has promised, overdue"),
        _says_duty,
        _l("Mark as done"),
        "duties.duty",
        this("duty_id"),
    ),
    TaskSource(
        "duties_municipality",
        LineGroup.DUE,
        6,
        overdue(DutySide.MUNICIPALITY),
        _l("What the municipality has promised, overdue"),
        _says_duty,
        _l("See the promise"),
        "duties.duty",
        this("duty_id"),
    ),
)
