"""A list of ledger entries has the order that it was asked for in, and none where it was asked for none: PostgreSQL gives them as they lie.

A test that reads them so is right for a long time, and wrong one day in a hundred.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ANY_ORDER = {"sorted", "set", "frozenset", "len", "Counter", "sum", "any", "all"}  # what asks for no order


def without_order(source: str) -> Iterator[int]:
    """The lines of a module where entries are read as a list and in no order."""
    tree = ast.parse(source)
    loose = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, (ast.SetComp, ast.Set))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ANY_ORDER)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "all":
            words = ast.unparse(node)
            if "select(LedgerEntry" in words and "order_by" not in words and node not in loose:
                yield node.lineno


def test_entries_are_read_in_their_order() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in (ROOT / "tests").rglob("*.py")
        for line in without_order(path.read_text())
    }
    assert not found, f"say the order, as with .order_by(LedgerEntry.number): {sorted(found)}"


def test_the_control_one_without_is_found() -> None:
    read = "db.session.scalars(select(LedgerEntry.act).where(LedgerEntry.act == 'x'){}).all()"
    assert list(without_order(f"found = {read.format('')}"))
    assert not list(without_order(f"found = {read.format('')[:-7]}.order_by(LedgerEntry.number)).all()"))
    assert not list(without_order(f"found = sorted({read.format('')})"))
