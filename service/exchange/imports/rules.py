"""Imports: their states, what comes of a row, and which column is which. Plain values in and out."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from service.exchange.records.rules import Verdict
from service.platform.web.search import fold

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 60
LIKE = 0.85  # how alike two headings are before one is taken for the other


class ImportState(StrEnum):
    """Where an import is. Those that end in -ing wait for a worker, the others for a person."""

    READING = "reading"
    COLUMNS = "columns"
    CHECKING = "checking"
    READY = "ready"
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"
    UNREADABLE = "unreadable"
    DROPPED = "dropped"


AT_WORK = frozenset({ImportState.READING, ImportState.CHECKING, ImportState.APPLYING, ImportState.UNDOING})
OPEN = frozenset({ImportState.COLUMNS, ImportState.READY, ImportState.UNREADABLE})


class RowChoice(StrEnum):
    """What a person says of a doubtful row."""

    NEW = "new"  # it is another one
    CHANGE = "change"  # it is the one that is there
    SKIP = "skip"


class Deed(StrEnum):
    """What is done with a row."""

    CREATE = "create"
    CHANGE = "change"


class WriteBar(StrEnum):
    """Why an import cannot be carried out yet."""

    DOUBTFUL = "doubtful"
    REFUSED = "refused"
    NOTHING = "nothing"


def deed(verdict: str, choice: str) -> Deed | None:
    """What is to be done with a row of that verdict and choice; None is nothing."""
    if verdict == Verdict.NEW or (verdict == Verdict.DOUBTFUL and choice == RowChoice.NEW):
        return Deed.CREATE
    if verdict == Verdict.CHANGED or (verdict == Verdict.DOUBTFUL and choice == RowChoice.CHANGE):
        return Deed.CHANGE
    return None


def barred(counts: Mapping[tuple[str, str], int], leave_out: bool) -> WriteBar | None:
    """What stands in the way of an import whose rows are so many by verdict and choice; None is nothing."""
    if counts.get((Verdict.DOUBTFUL, "")):
        return WriteBar.DOUBTFUL
    if any(verdict == Verdict.REFUSED and count for (verdict, _choice), count in counts.items()) and not leave_out:
        return WriteBar.REFUSED
    return None if to_do(counts) else WriteBar.NOTHING


def to_do(counts: Mapping[tuple[str, str], int]) -> int:
    """How many rows there is something to do with."""
    return sum(count for (verdict, choice), count in counts.items() if deed(verdict, choice))


def plain_heading(text: str) -> str:
    """A heading by its letters and digits alone."""
    return " ".join(re.findall(r"\w+", fold(text)))


def guess(headings: Sequence[str], known: Mapping[str, Sequence[str]]) -> list[str]:
    """Which known column each heading means, each at most once; empty where none is meant.

    `known` has the names that each column goes by. What is called just so is taken before what is only alike.
    """
    names = {plain_heading(name): column for column, all_names in known.items() for name in all_names}
    plain = [plain_heading(heading) for heading in headings]
    found = ["" for _each in headings]
    for place, heading in enumerate(plain):
        column = names.get(heading)
        if column and column not in found:
            found[place] = column
    for place, heading in enumerate(plain):
        if found[place]:
            continue
        free = [name for name, column in names.items() if column not in found]
        near = difflib.get_close_matches(heading, free, 1, LIKE)
        if near:
            found[place] = names[near[0]]
    return found


def meant(cells: Sequence[str], columns: Sequence[str]) -> list[str]:
    """The cells of a row in the columns that mean something, the others blank: nothing is kept that nobody asked for."""
    return [cell if name else "" for cell, name in zip(cells, columns, strict=False)]


def heading_row(rows: Sequence[Sequence[str]], known: Mapping[str, Sequence[str]]) -> int:
    """Which of a file's first rows holds the headings: the one where most are known, or the first where hardly any is."""
    hits = [sum(map(bool, guess(row, known))) for row in rows]
    return hits.index(max(hits)) if max(hits, default=0) > 1 else 0


def shown_name(file_name: str) -> str:
    """The name of a file as it is shown: no folders, nothing that is not a letter, a digit or one of `. _-`, at most 100 signs."""
    last = re.split(r"[\\/]", file_name)[-1]
    return re.sub(r"[^\w. -]", "_", last)[:100].strip() or "fil"


def first_to_see(by_verdict: Mapping[str, int]) -> str:
    """The verdict whose rows a person should see first: what needs a hand before what does not."""
    order = (Verdict.REFUSED, Verdict.DOUBTFUL, Verdict.CHANGED, Verdict.NEW, Verdict.SAME)
    return next((verdict.value for verdict in order if by_verdict.get(verdict)), Verdict.NEW.value)
