"""What a feature says of the personal data that it keeps, and what the features' `keeping.py` are put together with.

Which columns hold a class the models say (`tenants.personal`). Here stands why it is kept, by what right and whose it is to answer for,
once for each class; and for how long, once for each kind of row, as the condition by which the rows over their time are counted and,
where a step of a round carries it out, removed. The pages and the record of processing are made from it (`service.platform.privacy`).

Where a volunteer stands is said here as well, in two kinds: a `Trace` is rows that are found and that go when the volunteer is forgotten;
a `Remnant` is where words may stand that nothing removes then, and until when.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, Text, and_, cast, false, func, or_, true

from tenants.personal import Data

YEAR = dt.timedelta(days=365)
DRC_ALONE = _l("DRC's people. No municipality.")
BOTH_SIDES = _l("DRC's people, and those of the municipality that it is about.")
ONESELF = _l("From the person.")
AS_PAPERS = _l(
    "As long as the service: an issued paper is never changed or removed, so that it can be shown to be genuine for decades."
)

REMOVED = "[slettet]"  # in place of a name that cannot be empty, as papers are in Danish whoever reads


class Subjects(StrEnum):
    """Whom the data are about."""

    VOLUNTEERS = "volunteers"
    ACCOUNTS = "accounts"  # who can sign in
    CONTACTS = "contacts"  # whom groups and agreements name
    ANYBODY = "anybody"  # whoever is written of


class LawfulBasis(StrEnum):
    """What of article 6 of the General Data Protection Regulation lets it be kept."""

    CONSENT = "6(1)(a)"
    DUTY = "6(1)(c)"
    INTEREST = "6(1)(f)"
    TASK_AND_INTEREST = "6(1)(e) and (f)"  # the municipality's task, and DRC's interest


class Controller(StrEnum):
    """Who answers for it."""

    DRC = "drc"
    EACH = "each"  # DRC and the municipality, each for its own


class Ending(StrEnum):
    """What becomes of what is over its time."""

    REMOVED = "removed"
    ANONYMISED = "anonymised"
    BLANKED = "blanked"  # the text goes, the row stays


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptData:
    """A class of personal data: why it is kept, and who answers for it, gives it and sees it.

    `fields` has in words what its columns hold: by `table.column`, by the column's name, or, under "", what no other name finds.
    """

    data: Data
    name: Any
    subjects: Subjects
    fields: Mapping[str, Any]
    purpose: Any
    controller: Controller
    basis: LawfulBasis
    source: Any
    seen_by: Any
    until: Any = ""  # how long it is kept, where no time is set

    def field(self, table: str, column: str) -> str:
        """Under which name of `fields` the words for a column stand. Raises KeyError where none do."""
        for name in (f"{table}.{column}", column, ""):
            if name in self.fields:
                return name
        raise KeyError(f"{table}.{column}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Blankable:
    """A column in which people write, or that holds what they have written: how a text is taken out of it, or why it stays.

    `blank` is put in its place, in JSON in place of each text within that holds it. Where more has to be done, `take` does it, told the
    row and the text. `beside` are columns that are emptied along with it.
    """

    column: Any
    what: Any  # in words
    blank: str = ""
    take: Callable[[Any, str], object] | None = None
    beside: tuple[Any, ...] = ()
    stays: Any = ""  # why it stays, and until when


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long rows are kept, and what then. Where no `step` carries it out, nothing does yet."""

    data: Data
    what: Any  # which rows, in words
    model: Any
    time: dt.timedelta
    since: Any
    after: Any  # the same in words: "after ..."
    ending: Ending
    only: Any = None  # which of the rows
    step: str = ""

    def over(self, moment: dt.datetime) -> ColumnElement[bool]:
        """The condition for rows that are over their time at a moment."""
        return and_(true() if self.only is None else self.only, self.since < moment - self.time)


def without(value: Any, text: str, blank: str = "") -> Any:
    """What is left of a value: each text in it that holds the one in question, whatever its capitals, is blank."""
    match value:
        case str():
            return blank if text.lower() in value.lower() else value
        case dict():
            return {key: without(each, text, blank) for key, each in value.items()}
        case list():
            return [without(each, text, blank) for each in value]
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A volunteer as rows elsewhere hold them: the entries' ids, and the words that tell who it is.

    `shared` are the addresses of mail that somebody else has too, as a couple may: by such a one alone nobody is found.
    """

    ids: frozenset[UUID]  # of the entry, and of those that were merged into it
    names: frozenset[str]
    emails: frozenset[str]
    shared: frozenset[str]
    phones: frozenset[str]

    @property
    def words(self) -> frozenset[str]:
        """All that tells who it is."""
        return self.names | self.emails | self.shared | self.phones


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Rows of a volunteer: how they are found, and what becomes of them when the volunteer is forgotten.

    Those that are not removed become as `blanked` says; where it says nothing they stay as they are, since they name nobody.
    """

    data: Data
    what: Any  # which rows, in words
    model: Any
    of: Callable[[Somebody], ColumnElement[bool]]
    ending: Ending
    blanked: Mapping[str, Any] = field(default_factory=dict)
    own: bool = True  # whether all that such a row holds is the volunteer's own to read


@dataclass(frozen=True, slots=True, kw_only=True)
class Remnant:
    """Where words of a volunteer who was forgotten may still stand: in columns of a class, or outside the tables; why, and until when."""

    what: Any
    why: Any
    until: Any
    data: Data | None = None  # None: outside the tables
    unread: Select[Any] | None = None  # rows that cannot be searched, and may hold some
    folder: str = ""  # under VAR, where it is files there: only with embedded servers


def holding(column: Any, words: Iterable[str]) -> ColumnElement[bool]:
    """The condition for a text, a list or JSON that holds one of the words, in small or capital letters."""
    text = cast(column, Text)
    found = [(text.contains(word, autoescape=True), _small(text, word)) for word in words if word]
    return or_(false(), *(each for pair in found for each in pair))


def _small(text: Any, word: str) -> ColumnElement[bool]:
    small: ColumnElement[bool] = func.lower(text).contains(word.lower(), autoescape=True)
    return small
