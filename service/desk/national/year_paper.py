"""DRC's national year as a paper: the same sums as the page of national figures, frozen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from service.desk.national.rules import Breakdown, NationalSums, hours
from service.desk.national.texts import FILE_HEADINGS
from service.platform.documents.paper import Paper, Table
from service.platform.documents.rules import PaperKind

TEMPLATE, VERSION = "national_year.html", "1"
FILES = {
    Breakdown.MONTH: "maaneder",
    Breakdown.TERRITORY: "omraader",
    Breakdown.MUNICIPALITY: "kommuner",
    Breakdown.TYPE: "aktivitetstyper",
    Breakdown.EFFECT: "virkninger",
}
COUNTS = ("Afholdte gange", "Aflyste gange", "Fremmøder", "Frivilliges fremmøder", "Frivilligtimer")
Told = Mapping[Breakdown, Sequence[tuple[str, NationalSums]]]


def facts(year: int, whole: NationalSums, told: Told) -> dict[str, Any]:
    """All that the paper says, as JSON values: the whole, and each breakdown by name."""
    return {
        "year": year,
        "whole": _row("Hele landet", whole, *hours([whole])),
        "by": {by.value: _rows(found) for by, found in told.items()},
    }


def _rows(found: Sequence[tuple[str, NationalSums]]) -> list[dict[str, Any]]:
    each = zip(found, hours([row for _name, row in found]), strict=True)
    return [_row(name, row, of) for (name, row), of in each]


def _row(name: str, row: NationalSums, whole_hours: int) -> dict[str, Any]:
    return {
        "name": name,
        "sessions": row.sessions,
        "cancelled": row.cancelled,
        "attendances": row.attendances,
        "volunteer_attendances": row.volunteer_attendances,
        "volunteer_hours": whole_hours,
    }


def tables(frozen: Mapping[str, Any]) -> tuple[Table, ...]:
    """The tables of frozen facts: the whole, and each breakdown that has a row."""
    found = [_table("hele-landet", "Landet", [frozen["whole"]], "Hele landet")]
    found += [_table(FILES[by], FILE_HEADINGS[by], frozen["by"][by], FILE_HEADINGS[by]) for by in FILES]
    return tuple(table for table in found if table.rows)


def _table(name: str, heading: str, rows: Sequence[Mapping[str, Any]], title: str) -> Table:
    return Table(name, (heading, *COUNTS), tuple(tuple(row.values()) for row in rows), title)


def paper(frozen: Mapping[str, Any], number: str, issued_on: dt.date, revision: int) -> Paper:
    """The paper of frozen facts."""
    edition = f", udgave {revision}" if revision > 1 else ""
    return Paper(
        kind=PaperKind.NATIONAL_YEAR,
        template=TEMPLATE,
        template_version=VERSION,
        title=f"Landstal {frozen['year']}{edition}",
        subject=f"Landstal {frozen['year']}{edition}",
        document_number=number,
        issued_on=issued_on,
        facts=frozen,
        tables=tables(frozen),
        revision=revision,
    )
