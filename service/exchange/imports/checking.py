"""Rows of an import judged and kept: by the worker all of them, by a page the one that was mended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from service.exchange.imports.models import ImportRow
from service.exchange.records.columns import Options
from service.exchange.records.kinds.base import Judged, RecordKind
from service.platform.work import rows as many


def judged(
    kind: RecordKind, rows: Sequence[tuple[int, Sequence[str]]], columns: Sequence[str], options: Options
) -> list[Judged]:
    """What would come of some rows of a file."""
    found = [kind.read(number, cells, columns, options) for number, cells in rows]
    kind.judge(found, options)
    return found


def put(import_id: UUID, rows: Sequence[Judged]) -> None:
    """Keep what would come of rows. What a person chose of them is forgotten with what they were."""
    many.change(
        ImportRow,
        [
            {
                "import_id": import_id,
                "number": row.number,
                "verdict": row.verdict.value,
                "choice": "",
                "key": row.key,
                "target_id": row.target_id,
                "given": row.given,
                "before": row.before,
                "problems": row.problems,
            }
            for row in rows
        ],
    )


def read_again(kind: RecordKind, rows: Sequence[Any], columns: Sequence[str], options: Options) -> list[Judged]:
    """Kept rows with the values of their cells, to be settled otherwise. Each has `number`, `cells`, `target_id` and `before`."""
    again = [kind.read(row.number, row.cells, columns, options) for row in rows]
    for each, row in zip(again, rows, strict=True):
        each.target_id, each.before = row.target_id, row.before
    return again
