"""A paper's tables on a page, as they stand on the paper."""

from __future__ import annotations

from collections.abc import Sequence

from service.platform.documents.paper import Table
from service.platform.web.language import number

ShownTable = tuple[str, Sequence[str], list[list[str]], list[int]]


def shown(table: Table) -> ShownTable:
    """A table as it is shown: what it is called, its header, its rows, and the columns that hold numbers."""
    columns = zip(*table.rows, strict=True)
    numeric = [place for place, cells in enumerate(columns) if any(isinstance(cell, int) for cell in cells)]
    rows = [[number(cell) if isinstance(cell, int) else cell for cell in row] for row in table.rows]
    return table.title or table.header[0], table.header, rows, numeric
