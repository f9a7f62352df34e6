"""What a screen reader would get lost in is found before a paper is issued: each rule by itself."""

from __future__ import annotations

import pytest

from service.platform.documents.structure import Node, faults


def cell(columns: int = 1, rows: int = 1, kind: str = "TD", heads: tuple[bytes, ...] = ()) -> Node:
    """A cell."""
    return Node(kind, columns=columns, rows=rows, heads=heads, scope=True)


def row(*cells: Node) -> Node:
    """A row."""
    return Node("TR", cells)


def table(*rows: Node, before: tuple[Node, ...] = ()) -> Node:
    """A table of rows."""
    return Node("Table", (*before, Node("TBody", rows)))


def document(*kids: Node) -> Node:
    """A tree with a heading and what follows it."""
    return Node("Document", (Node("H1"), *kids))


HEAD = Node("TH", name=b"1", scope=True)
WELL = (
    table(row(cell(), cell()), row(cell(columns=2))),
    table(row(cell(rows=2), cell()), row(cell()), row(cell(), cell())),
    table(row(cell(), cell(rows=2)), row(cell())),
    table(row(HEAD, cell(heads=(b"1",))), before=(Node("Caption"), Node("THead", (row(cell(), cell()),)))),
    Node("L", (Node("LI", (Node("Lbl"), Node("LBody"))), Node("L"))),
    Node("H2", (Node("Span"),)),
    Node("Figure", text=True),
)
WRONG = {
    "7.2-42": table(row(cell(), cell()), row(cell())),
    "7.2-15": table(row(cell(), cell(rows=2), cell()), row(cell(columns=2), cell())),
    "7.2-41": table(row(cell(rows=2), cell())),
    "7.2-39": Node("Table", (Node("TBody"), Node("Caption"), Node("TBody"))),
    "times THead": table(row(cell()), before=(Node("THead"), Node("THead"))),
    "TR holds P": table(row(cell(), Node("P"))),
    "TD stands in a TBody": Node("Table", (Node("TBody", (cell(),)),)),
    "LI holds P": Node("L", (Node("LI", (Node("P"),)),)),
    "LI stands in a Div": Node("Div", (Node("LI"),)),
    "LBody stands in a P": Node("P", (Node("LBody"),)),
    "7.3-1": Node("Figure"),
    "7.4.2-1": Node("H3"),
    "7.5-1": table(row(Node("TH"))),
    "7.5-2": table(row(HEAD, cell(heads=(b"2",)))),
}


@pytest.mark.parametrize("part", WELL)
def test_what_is_well_is_well(part: Node) -> None:
    assert list(faults(document(part))) == []


@pytest.mark.parametrize(("fault", "part"), WRONG.items())
def test_what_is_wrong_is_named(fault: str, part: Node) -> None:
    assert any(fault in found for found in faults(document(part)))


def test_headings_begin_with_the_first_level_and_skip_none() -> None:
    assert [found.split()[0] for found in faults(Node("Document", (Node("H2"),)))] == ["7.4.2-1"]
    assert list(faults(document(Node("H2"), Node("H3"), Node("H2")))) == []
