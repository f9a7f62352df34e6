"""A field of a thing, declared once.

From the declaration follow what a form and the API take (`fields_of(..., Way.SENT)`), what the API tells, the row and the columns of
files, what is written and put back, and what is where nothing is said. By hand stand the model's column, the input of the form's
template, and what is made of several fields; tests/walls/test_columns.py tells of one that is missing.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from marshmallow import fields

from service.platform.web.date_fields import Day
from service.platform.web.fields import Choice, Number, Ticks, YesNo


class Shape(StrEnum):
    """What a column's cells hold."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    YES_NO = "yes_no"
    HOURS = "hours"  # kept as minutes
    CHOICE = "choice"
    CHOICES = "choices"
    PLACES = "places"  # municipality: name | address
    FROM = "from"  # municipality: so many adults, so many children
    ROLES = "roles"  # group: role fra day til day, whether it meets children
    COURSES = "courses"  # name: day
    CONSENTS = "consents"  # purpose: day, trukket tilbage day


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: what its field is called here, its heading, and the other headings it goes by."""

    name: str
    heading: str
    shape: Shape = Shape.TEXT
    also: tuple[str, ...] = ()
    required: bool = False
    options: str = ""
    hint: str = ""
    example: str | int | dt.date = ""


class Way(Enum):
    """Where a field goes."""

    SENT = "by the form, and to the API"
    TOLD = "by the API"
    FILE = "in files, in and out"
    KEPT = "in the table's own row: written, told whole, and put back"


EVERY_WAY = frozenset(Way)
FILE_ALONE = frozenset({Way.FILE})


@dataclass(frozen=True, slots=True)
class Field:
    """A field: what it is called here and in files, how it is read, and which ways it goes."""

    name: str
    reads: fields.Field[Any]
    heading: str = ""
    also: tuple[str, ...] = ()  # the other headings it goes by
    hint: str = ""
    example: str | int | dt.date = ""
    shape: Shape | None = None  # of its cells, where it does not follow from how it is read
    options: str = ""  # what a file calls the choices
    blank: Any = ""
    about: str = ""  # for the API's description
    never_null: bool = False  # whether the API always tells a day
    kept_back: bool = False  # whether the API tells null to those whom it does not concern
    ways: frozenset[Way] = EVERY_WAY

    @property
    def column(self) -> Column:
        """Its column in files."""
        shape = self.shape or next((each for kind, each in SHAPES.items() if isinstance(self.reads, kind)), Shape.TEXT)
        return Column(
            self.name, self.heading, shape, self.also, self.reads.required, self.options, self.hint, self.example
        )

    @property
    def tells(self) -> fields.Field[Any]:
        """How the API tells it."""
        about = {"description": self.about} if self.about else {}
        match self.reads:
            case Choice() if self.reads.required or self.blank:
                return fields.String(metadata={"enum": list(self.reads.of), **about})
            case Ticks():
                enum = {"enum": list(self.reads.of)} if self.reads.of else {}
                return fields.List(fields.String(metadata=enum), metadata=about)
            case YesNo():
                return fields.Boolean(metadata=about)
            case Day():
                return fields.Date(allow_none=not self.never_null, metadata=about)
            case Number():
                return fields.Integer(allow_none=self.blank is None, metadata=about)
        return fields.String(allow_none=self.blank is None or self.kept_back, metadata=about)


SHAPES = {Choice: Shape.CHOICE, Ticks: Shape.CHOICES, YesNo: Shape.YES_NO, Day: Shape.DAY, Number: Shape.NUMBER}


def names(declared: Sequence[Field], *ways: Way) -> tuple[str, ...]:
    """The names of the fields that go all of some ways."""
    return tuple(field.name for field in declared if field.ways.issuperset(ways))


def fields_of(declared: Sequence[Field], way: Way) -> dict[str, fields.Field[Any]]:
    """The fields of a schema, for its body: `locals().update(fields_of(...))`. They stand there in the order of the declaration."""
    return {field.name: field.tells if way is Way.TOLD else field.reads for field in declared if way in field.ways}


def columns(declared: Sequence[Field]) -> tuple[Column, ...]:
    """The columns of files."""
    return tuple(field.column for field in declared if Way.FILE in field.ways)


def blank(declared: Sequence[Field]) -> dict[str, Any]:
    """What is kept of a thing of which nothing has been said."""
    return {field.name: copy.copy(field.blank) for field in declared if Way.KEPT in field.ways}


def over(declared: Sequence[Field], said: Mapping[str, Any], was: Mapping[str, Any]) -> dict[str, Any]:
    """What a file says of what is kept, over what was; what it says nothing of stays, and what it leaves empty is blank."""
    return {name: said.get(name, was[name]) for name in names(declared, Way.KEPT, Way.FILE)}
