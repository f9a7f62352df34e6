"""Statements that failed, and those that are ready for a look, as lines of the Monday list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from sqlalchemy import func

from service.platform.lines import Line, LineGroup, Lines, TaskSource, Words, danish_day, four, this
from service.platform.work import leases
from service.reporting.statements.models import Statement
from service.reporting.statements.queries import is_held
from tenants.database import now


def failed(_today: dt.date) -> Lines:
    """The statements that were given up."""
    month = func.to_char(Statement.month, "YYYY-MM")
    asked = four(Statement.municipality_code, danish_day(Statement.asked_at), month, month)
    return asked.where(Statement.work_state == leases.FAILED)


def outdated(_today: dt.date) -> Lines:
    """The statements that late entries have moved so far that the rule asks for a new edition."""
    month = func.to_char(Statement.month, "YYYY-MM")
    asks = four(Statement.municipality_code, danish_day(Statement.outdated_since), month, month)
    return asks.where(Statement.outdated_since.is_not(None))


def held(_today: dt.date) -> Lines:
    """The statements that are held for a look, with the day on which they go out by themselves."""
    month = func.to_char(Statement.month, "YYYY-MM")
    made = four(Statement.municipality_code, danish_day(Statement.released_at), month, month)
    return made.where(is_held(now()))


def _says_held(line: Line, _words: Words) -> Any:
    day = format_date(line.day, "long")
    return _l(
        "The statement for %(month)s is ready for your look, and goes out by itself %(day)s", month=line.note, day=day
    )


def _says_month(line: Line, _words: Words) -> Any:
    return _l("The statement for %(month)s failed", month=line.note)


LINES = (
    TaskSource(
        "failed_statements",
        LineGroup.FAILED,
        1,
        failed,
        _l("Statements that failed"),
        _says_month,
        _l("See why and try again"),
        "statements.run",
        lambda line: {"month": line.subject},
    ),
    TaskSource(
        "outdated_statements",
        LineGroup.WAITS,
        3,
        outdated,
        _l("Statements whose figures have changed much since"),
        lambda line, _words: _l("The statement for %(month)s: its figures have changed much since", month=line.note),
        _l("See what came late and make a new edition"),
        "editions.listing",
        this("month"),
    ),
    TaskSource(
        "held_statements",
        LineGroup.WAITS,
        4,
        held,
        _l("Statements that are ready for a look"),
        _says_held,
        _l("Look and release"),
        "looks.look",
        lambda line: {"municipality_code": line.municipality_code, "month": line.subject},
    ),
)
