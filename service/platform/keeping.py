"""What a feature says of the personal data that it keeps, and what the features' `keeping.py` are put together with.

Which columns hold a class the models say (`tenants.personal`). Here stands why it is kept, by what right and whose it is to answer for,
once for each class; and for how long, once for each kind of row, as the condition by which the rows over their time are counted and,
where a step of a round carries it out, removed. The pages and the record of processing are made from it (`service.platform.privacy`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, true

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
