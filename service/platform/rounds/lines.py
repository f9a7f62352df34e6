"""What is set aside, as lines of the Monday list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func

from service.platform.lines import Line, LineGroup, Lines, TaskSource, Words, danish_day, four, nowhere
from service.platform.rounds.models import SetAside
from service.platform.rounds.texts import said


def set_aside(_today: dt.date) -> Lines:
    """The steps of unattended work that are set aside in a municipality."""
    return four(
        SetAside.municipality_code,
        danish_day(SetAside.since),
        SetAside.step,
        func.concat(SetAside.step, ":", SetAside.cause),
    )


def _says_set_aside(line: Line, _words: Words) -> Any:
    step, _colon, cause = line.note.partition(":")
    return said(step, cause)


LINES = (
    TaskSource(
        "set_aside",
        LineGroup.FAILED,
        1,
        set_aside,
        _l("Set aside"),
        _says_set_aside,
        _l("See why and try again"),
        "rounds.listing",
        nowhere,
    ),
)
