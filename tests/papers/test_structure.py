"""What a screen reader would get lost in is found before a paper is issued: each rule by itself."""

from __future__ import annotations

import pytest

from service.platform.documents.structure import TagNode, faults


def cell(columns: int = 1, rows: int = 1, kind: str = "TD", heads: tuple[bytes, ...] = ()) -> TagNode:
    """A cell."""
    return TagNode(kind, columns=columns, rows=rows, heads=heads, scope=True)


def row(*cells: TagNode) -> TagNode:
    """A row."""
    return TagNode("TR", cells)


def table(*rows: TagNode, before: tuple[TagNode, ...] = ()) -> TagNode:
    """A table of rows."""
    return TagNode("Table", (*before, TagNode("TBody", rows)))


def document(*kids: TagNode) -> TagNode:
    """A tree with a heading and what follows it."""
    return TagNode("Document", (TagNode("H1"), *kids))


HEAD = TagNode("TH", name=b"1", scope=True)
WELL = (
    table(row(cell(), cell()), row(cell(columns=2))),
    table(row(cell(rows=2), cell()), row(cell()), row(cell(), cell())),
    table(row(cell(), cell(rows=2)), row(cell())),
    table(row(HEAD, cell(heads=(b"1",))), before=(TagNode("Caption"), TagNode("THead", (row(cell(), cell()),)))),
    TagNode("L", (TagNode("LI", (TagNode("Lbl"), TagNode("LBody"))), TagNode("L"))),
    TagNode("H2", (TagNode("Span"),)),
    TagNode("Figure", text=True),
)
WRONG = {
    "7.2-42": table(row(cell(), cell()), row(cell())),
    "7.2-15": table(row(cell(), cell(rows=2), cell()), row(cell(columns=2), cell())),
    "7.2-41": table(row(cell(rows=2), cell())),
    "7.2-39": TagNode("Table", (TagNode("TBody"), TagNode("Caption"), TagNode("TBody"))),
    "times THead": table(row(cell()), before=(TagNode("THead"), TagNode("THead"))),
    "TR holds P": table(row(cell(), TagNode("P"))),
    "TD stands in a TBody": TagNode("Table", (TagNode("TBody", (cell(),)),)),
    "LI holds P": TagNode("L", (TagNode("LI", (TagNode("P"),)),)),
    "LI stands in a Div": TagNode("Div", (TagNode("LI"),)),
    "LBody stands in a P": TagNode("P", (TagNode("LBody"),)),
    "7.3-1": TagNode("Figure"),
    "7.4.2-1": TagNode("H3"),
    "7.5-1": table(row(TagNode("TH"))),
    "7.5-2": table(row(HEAD, cell(heads=(b"2",)))),
}


@pytest.mark.parametrize("part", WELL)
def test_what_is_well_is_well(part: TagNode) -> None:
    assert list(faults(document(part))) == []


@pytest.mark.parametrize(("fault", "part"), WRONG.items())
def test_what_is_wrong_is_named(fault: str, part: TagNode) -> None:
    assert any(fault in found for found in faults(document(part)))


def test_headings_begin_with_the_first_level_and_skip_none() -> None:
    assert [found.split()[0] for found in faults(TagNode("Document", (TagNode("H2"),)))] == ["7.4.2-1"]
    assert list(faults(document(TagNode("H2"), TagNode("H3"), TagNode("H2")))) == []
