"""What is done in one way is done in that way alone: one finds a row or answers 404, and one makes a paper, in one place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FINDING = "service/platform/web/finding.py"
MAKING = "service/platform/documents/making.py"
KEPT = {"service/volunteer/merging/queries.py: whole"}  # a row of a table as plain values, and no model's


def found_by_hand(source: str) -> Iterator[str]:
    """The functions that read a row by themselves and raise NotFound where there is none."""
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        for one, next_one in _pairs(function):
            if isinstance(one, ast.Assign) and _reads_one(one.value) and _ends(next_one, ast.unparse(one.targets[0])):
                yield function.name


def _pairs(function: ast.FunctionDef) -> Iterator[tuple[ast.stmt, ast.stmt]]:
    for node in ast.walk(function):
        for body in (getattr(node, "body", None), getattr(node, "orelse", None)):
            if isinstance(body, list):
                yield from pairwise(body)


def _reads_one(value: ast.expr) -> bool:
    words = ast.unparse(value)
    return words.startswith(("db.session.scalar(", "db.session.get(")) or words.endswith((".one_or_none()", ".first()"))


def _ends(statement: ast.stmt, name: str) -> bool:
    words = ast.unparse(statement)
    return words.startswith(f"if {name} is None") and "raise NotFound" in words


def issued_by_hand(source: str) -> bool:
    """Whether a paper is issued here."""
    called = {ast.unparse(node.func) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)}
    return "documents.issue" in called


def _sources() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "service").rglob("*.py")):
        yield str(path.relative_to(ROOT)), path.read_text()


def test_a_row_is_found_in_one_way() -> None:
    by_hand = {
        f"{path}: {name}" for path, source in _sources() if path != FINDING for name in found_by_hand(source)
    } - KEPT
    assert not by_hand, f"these are `find(query)`: {sorted(by_hand)}"


def test_a_paper_is_made_in_one_way() -> None:
    assert [path for path, source in _sources() if issued_by_hand(source)] == [MAKING]


@pytest.mark.parametrize(
    "read", ["db.session.scalar(query)", "db.session.get(Group, key)", "rows(query).one_or_none()"]
)
def test_control_one_found_by_hand_is_told(read: str) -> None:
    source = (
        f"def group(key):\n    row = {read}\n    if row is None or row.gone:\n        raise NotFound\n    return row\n"
    )
    assert list(found_by_hand(source)) == ["group"]
    assert not list(found_by_hand(source.replace("raise NotFound", "return None")))


def test_control_one_issued_by_hand_is_told() -> None:
    assert issued_by_hand("def make():\n    documents.issue(code, page, rendered)\n")
