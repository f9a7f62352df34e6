"""Posters that could not be made, as lines of the Monday list."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from sqlalchemy import literal

from service.activity.posters import queries
from service.activity.posters.models import Poster
from service.platform.lines import LineGroup, Lines, TaskSource, danish_day, four, nowhere, plain
from service.platform.work import leases


def failed(_today: dt.date) -> Lines:
    """The posters that could not be made."""
    asked = four(Poster.municipality_code, danish_day(Poster.asked_at), Poster.activity_id, literal(""))
    return asked.where(Poster.work_state == leases.FAILED, queries.latest())


LINES = (
    TaskSource(
        "failed_posters",
        LineGroup.FAILED,
        5,
        failed,
        _l("Posters that could not be made"),
        plain(_l("The poster asked for on %(day)s could not be made")),
        _l("See why and try again"),
        "monday.stuck_work",
        nowhere,
    ),
)
