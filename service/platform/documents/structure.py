"""What the tag tree of a paper must be for a screen reader to find its way: the rules of PDF/UA-1 that a template or facts could break.

Pure: a tree of plain nodes in, what is wrong with it out, by the numbers that veraPDF has for it. Asked of each paper before it is issued
(`tags.mend`); the tests ask veraPDF, of which these are the part that depends on what a paper says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

ROWS = frozenset({"THead", "TBody", "TFoot"})
CELLS = frozenset({"TH", "TD"})
HOLDS = {  # what these hold, and nothing else
    "Table": ROWS | {"TR", "Caption"},
    **dict.fromkeys(ROWS, frozenset({"TR"})),
    "TR": CELLS,
    "L": frozenset({"L", "LI", "Caption"}),
    "LI": frozenset({"Lbl", "LBody"}),
}
WITHIN = {  # where these stand, and nowhere else
    **dict.fromkeys(ROWS, frozenset({"Table"})),
    "TR": ROWS | {"Table"},
    **dict.fromkeys(CELLS, frozenset({"TR"})),
    "LI": frozenset({"L"}),
    "Lbl": frozenset({"LI"}),
    "LBody": frozenset({"LI"}),
}
ONCE = ("THead", "TFoot", "Caption")  # at most once in a table
LEVELS = {f"H{level}": level for level in range(1, 7)}


@dataclass(frozen=True, slots=True)
class TagNode:
    """An element of the tree: its kind, what it holds, and what of it the rules look at."""

    kind: str
    kids: tuple[TagNode, ...] = ()
    columns: int = 1  # that a cell takes up
    rows: int = 1
    name: bytes = b""  # of a head cell
    heads: tuple[bytes, ...] = ()  # the names of the head cells of a cell
    scope: bool = False  # whether a head cell says what it heads
    text: bool = False  # whether a picture has a text in its stead


def faults(root: TagNode) -> Iterator[str]:
    """What is wrong with a tree; nothing where all is well."""
    level = 0
    for node, parent in _walk(root, ""):
        if parent not in WITHIN.get(node.kind, {parent}):
            yield f"7.2 a {node.kind} stands in a {parent or 'document'}"
        strangers = sorted({kid.kind for kid in node.kids} - HOLDS[node.kind]) if node.kind in HOLDS else []
        if strangers:
            yield f"7.2 a {node.kind} holds {', '.join(strangers)}"
        if node.kind == "Table":
            yield from _of_table(node)
        if node.kind == "Figure" and not node.text:
            yield "7.3-1 a picture has no text that says what it shows"
        if node.kind == "TH" and not node.scope:
            yield "7.5-1 a head cell does not say what it heads"
        if node.kind in LEVELS:
            if LEVELS[node.kind] > level + 1:
                yield f"7.4.2-1 a heading of level {LEVELS[node.kind]} follows on one of level {level}"
            level = LEVELS[node.kind]


def _walk(node: TagNode, parent: str) -> Iterator[tuple[TagNode, str]]:
    yield node, parent
    for kid in node.kids:
        yield from _walk(kid, node.kind)


def _of_table(table: TagNode) -> Iterator[str]:
    parts = [kid.kind for kid in table.kids]
    for kind in ONCE:
        if parts.count(kind) > 1:
            yield f"7.2 a table has {parts.count(kind)} times {kind}"
    if "Caption" in parts[1:-1]:
        yield "7.2-39 a table's caption is neither first nor last"
    rows = [row for part in table.kids for row in (part.kids if part.kind in ROWS else (part,)) if row.kind == "TR"]
    yield from _of_rows(rows)
    cells = [cell for row in rows for cell in row.kids]
    named = {cell.name for cell in cells if cell.name}
    if any(not named.issuperset(cell.heads) for cell in cells):
        yield "7.5-2 a cell names a head that is not in its table"


def _of_rows(rows: Sequence[TagNode]) -> Iterator[str]:
    """Rows that are not equally long, with what cells take up beside and below them."""
    below: dict[int, int] = {}  # for how many rows more each column is taken from above
    width = None
    for row in rows:
        taken = {column for column, left in below.items() if left}
        below = {column: left - 1 for column, left in below.items() if left}
        column = 0
        for cell in row.kids:
            while column in taken:
                column += 1
            own = range(column, column + cell.columns)
            if not taken.isdisjoint(own):
                yield "7.2-15 two cells of a table are in each other's way"
            taken.update(own)
            below |= dict.fromkeys(own, cell.rows - 1)
            column += cell.columns
        if width is not None and len(taken) != width:
            yield f"7.2-42 a row has {len(taken)} columns, the one before has {width}"
        width = len(taken)
    if any(below.values()):
        yield "7.2-41 a cell goes on below the last row of its table"
