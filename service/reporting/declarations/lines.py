"""Declarations that wait, or whose paper could not be made, as lines of the Monday list."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l

from service.platform.lines import PATIENCE, LineGroup, Lines, TaskSource, danish_day, four, noted, nowhere
from service.platform.work import leases
from service.reporting.declarations.models import Declaration


def unconfirmed(today: dt.date) -> Lines:
    """The yearly declarations that a group has been asked for and has not confirmed."""
    asked = danish_day(Declaration.asked_at)
    waiting = four(Declaration.municipality_code, asked, Declaration.id, Declaration.group_name)
    return waiting.where(Declaration.confirmed_at.is_(None), asked <= today - PATIENCE)


def failed(_today: dt.date) -> Lines:
    """The declarations whose paper could not be made."""
    asked = four(
        Declaration.municipality_code, danish_day(Declaration.asked_at), Declaration.id, Declaration.group_name
    )
    return asked.where(Declaration.work_state == leases.FAILED)


LINES = (
    TaskSource(
        "failed_declarations",
        LineGroup.FAILED,
        3,
        failed,
        _l("Declarations whose PDF could not be made"),
        noted,
        _l("See why and try again"),
        "monday.stuck_work",
        nowhere,
    ),
    TaskSource(
        "declarations",
        LineGroup.MISSING,
        7,
        unconfirmed,
        _l("Declarations that a group has not confirmed"),
        noted,
        _l("See the declarations"),
        "declarations.overview",
        nowhere,
    ),
)
