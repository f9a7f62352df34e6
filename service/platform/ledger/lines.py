"""Chains of the ledger that have not been read for longer than a week, as lines of the Monday list."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l

from service.platform.ledger import queries
from service.platform.ledger.checking import LATE
from service.platform.lines import LineGroup, Lines, TaskSource, danish_day, four, here, plain
from tenants.database import now


def unchecked(_today: dt.date) -> Lines:
    """The chains that should have been read again by now."""
    late = queries.unchecked(now() - LATE).subquery()
    return four(late.c.municipality_code, danish_day(late.c.then), "", "")


LINES = (
    TaskSource(
        "ledger_unchecked",
        LineGroup.MISSING,
        5,
        unchecked,
        _l("Ledger not checked"),
        plain(_l("The ledger has not been read since %(day)s, to see that it is whole. It should be every week.")),
        _l("See the ledger"),
        "logbook.municipality",
        here,
    ),
)
