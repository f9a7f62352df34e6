"""What a line of the Monday list is, and what the features' `lines.py` are put together with.

A source of lines is one SELECT of the same four columns, within the reach: municipality_code, day, subject, note, and its kind is put
beside them. All sources are asked in one query (`service.desk.monday.queries`), so that a list of many kinds costs what a list of one does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from flask_babel import format_date
from sqlalchemy import Date, Select, String, cast, func, select

from tenants.scope import Capability

Lines = Select[str, dt.date, str, str]
PATIENCE = dt.timedelta(days=14)  # so long somebody else's answer is waited for before it is a line
DENMARK = "Europe/Copenhagen"


class LineGroup(StrEnum):
    """What the lines are gathered under, in the order in which they are shown."""

    FAILED = "failed"  # work that the service could not do
    WAITS = "waits"  # somebody waits for a yes or no
    MISSING = "missing"  # what should be there and is not
    DUE = "due"
    ENDS = "ends"
    LAGS = "lags"  # what does not go as it was agreed


@dataclass(frozen=True, slots=True)
class Line:
    """Something that needs somebody: what kind, where, since when or by when, and what it is about.

    `subject` is what its address needs, and `note` what its sentence needs: a title, a code. Neither is about a person.
    """

    kind: str
    urgency: int
    municipality_code: str
    day: dt.date
    subject: str
    note: str


class Words(Protocol):
    """What the sentences of lines are put together with."""

    def activity(self, code: str) -> str:
        """An activity type's name."""

    def measure(self, code: str) -> str:
        """A measure's name."""

    def capability(self, capability: Capability) -> Any:
        """What a capability is called."""


@dataclass(frozen=True, slots=True)
class TaskSource:
    """One kind of line: its place in the list, where it comes from, how it is said and what one does about it."""

    kind: str
    group: LineGroup
    urgency: int  # 1 stops others, 9 can wait
    lines: Callable[[dt.date], Lines]
    title: Any  # of the kind, where its lines stand together
    says: Callable[[Line, Words], Any]
    does: Any  # what the link of a line says
    endpoint: str
    address: Callable[[Line], dict[str, Any]]  # what the endpoint's address holds


def four(code: Any, day: Any, subject: Any, note: Any) -> Lines:
    """The four columns of a line, to be narrowed down."""
    return select(
        cast(code, String).label("municipality_code"),
        cast(day, Date).label("day"),
        cast(subject, String).label("subject"),
        cast(note, String).label("note"),
    )


def danish_day(moment: Any) -> Any:
    """The day of a moment in Denmark, in SQL."""
    return cast(func.timezone(DENMARK, moment), Date)


def plain(text: Any) -> Callable[[Line, Words], Any]:
    """A sentence that needs nothing but the line's day."""
    return lambda line, _words: text % {"day": format_date(line.day, "long")}


def noted(line: Line, _words: Words) -> str:
    """A sentence that is the line's note."""
    return line.note


def nowhere(_line: Line) -> dict[str, Any]:
    """The address of a page that is the same for all."""
    return {}


def here(line: Line) -> dict[str, Any]:
    """The address of a municipality's page."""
    return {"municipality_code": line.municipality_code}


def alone(name: str) -> Callable[[Line], dict[str, Any]]:
    """The address of a page about the subject alone."""
    return lambda line: {name: line.subject}


def this(name: str) -> Callable[[Line], dict[str, Any]]:
    """The address of a municipality's page about the subject."""
    return lambda line: {"municipality_code": line.municipality_code, name: line.subject}
