"""The rows of an import as a person or a program reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.exchange.imports.models import Import, ImportRow
from service.exchange.records.columns import Options
from service.exchange.records.kinds import KINDS
from service.exchange.records.rules import Verdict


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong, or doubtful, of a row: the column's name here, its heading in the file, and the reason."""

    column: str
    heading: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a row would change: a column's heading, what is there, and what is to be."""

    heading: str
    was: str
    to_be: str


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A row: what it is known by, what would come of it and why."""

    number: int
    verdict: str
    choice: str
    title: str
    cells: Mapping[str, str]  # by column, of those that mean something
    problems: tuple[RowProblem, ...]
    changes: tuple[Change, ...]

    @property
    def id(self) -> str:
        """Its name within the import."""
        return str(self.number)


def line(row: Import, each: ImportRow, options: Options) -> JudgedRow:
    """A row of an import, told."""
    kind = KINDS[row.kind]
    given = each.given
    if (
        each.verdict == Verdict.DOUBTFUL and each.before
    ):  # told as the change that it would be; it may be a new one instead
        said = kind.read(each.number, each.cells, row.columns, options)
        given = kind.merged(said.values, each.before, options)
    changed = each.verdict in (Verdict.CHANGED, Verdict.DOUBTFUL) and each.before
    changes = kind.differences(each.before, given, row.columns, options) if changed else []
    return JudgedRow(
        each.number,
        each.verdict,
        each.choice,
        kind.title(each.cells, row.columns),
        {name: text for name, text in zip(row.columns, each.cells, strict=False) if name},
        tuple(problem(row, *told) for told in each.problems),
        tuple(Change(*told) for told in changes),
    )


def problem(row: Import, name: str, reason: str) -> RowProblem:
    """A problem of a row, with the column as the file calls it."""
    column = KINDS[row.kind].by_name.get(name)
    heading = row.headings[row.columns.index(name)] if name in row.columns else column.heading if column else ""
    return RowProblem(name, heading, reason)


def by_verdict(counts: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """How many rows there are of each verdict."""
    return {v.value: sum(n for (verdict, _choice), n in counts.items() if verdict == v) for v in Verdict}
