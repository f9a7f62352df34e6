"""What is done in one way is done in that way alone: one finds a row or answers 404, makes a paper, and writes a group, a volunteer or a
session, in one place.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from service.activity.activities.models import ActivitySession, SessionPart
from service.network.networks.models import (
    Group,
    GroupArea,
    GroupContact,
    GroupPlace,
    GroupStatusChange,
    GroupWord,
)
from service.volunteer.volunteers.models import (
    Volunteer,
    VolunteerConsent,
    VolunteerCourse,
    VolunteerRole,
    VolunteerStatusChange,
    VolunteerWord,
)

ROOT = Path(__file__).resolve().parents[2]
FINDING = "service/platform/web/finding.py"
MAKING = "service/platform/documents/making.py"
KEPT = {"service/volunteer/merging/queries.py: whole"}  # a row of a table as plain values, and no model's

VOLUNTEERS = (Volunteer, VolunteerConsent, VolunteerCourse, VolunteerRole, VolunteerStatusChange, VolunteerWord)
WRITING = {
    "service/network/networks/bulk.py": (Group, GroupArea, GroupContact, GroupPlace, GroupStatusChange, GroupWord),
    "service/volunteer/volunteers/bulk.py": VOLUNTEERS,
    "service/activity/activities/bulk.py": (ActivitySession, SessionPart),
}
WRITE = ("insert", "update", "delete", "add", "change")  # what is called with a model to write its table
WRITTEN_OTHERWISE: dict[str, str] = {
    "service/network/networks/operations.py: setattr(network, name, value)": "it is a network's",
    "service/network/networks/operations.py: row.name": "it is a network's",
    "service/network/networks/operations.py: row.sort_key": "it is a network's",
    "service/activity/checkins/recording.py: line.row.session_id": "it is a check-in's line, which says what became of it",
    "service/volunteer/certificates/operations.py: row.verified_until": "who verifies says until when, and no file does",
    "service/volunteer/own_data/operations.py: row.email": "it is a link's, mailed to whoever has the address",
    "service/volunteer/own_data/operations.py: row.volunteer_id": "it is a link's too",
}


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


def written_by_hand(source: str, models: Sequence[type]) -> Iterator[str]:
    """What in a module that names one of the models writes its table, as far as it can be read: by its name, or by its columns."""
    tree = ast.parse(source)
    names = {model.__name__ for model in models}
    columns = {name for model in models for name in model.__table__.columns.keys()}  # type: ignore[attr-defined] # noqa: SIM118
    if not names & {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}:
        return
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in names or name == "setattr":
                yield ast.unparse(node)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[first, *_]) if name in WRITE:
                if ast.unparse(first).partition(".")[0] in names:
                    yield ast.unparse(node)
            case ast.Attribute(attr=name, ctx=ast.Store()) if name in columns:
                yield ast.unparse(node)


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


@pytest.mark.parametrize("module", WRITING)
def test_a_table_is_written_in_one_way(module: str) -> None:
    by_hand = {
        f"{path}: {found}"
        for path, source in _sources()
        if path != module
        for found in written_by_hand(source, WRITING[module])
    }
    assert by_hand - set(WRITTEN_OTHERWISE) == set(), f"this is {module}'s to write: {sorted(by_hand)}"
    assert list(written_by_hand((ROOT / module).read_text(), WRITING[module])), "the control: there it is found"


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


@pytest.mark.parametrize(
    "line",
    [
        "Group(name='x')",
        "db.session.execute(insert(GroupWord).values(word='x'))",
        "db.session.execute(delete(GroupArea))",
        "rows.add(GroupPlace, given)",
        "rows.change(Group.__table__, given)",
        "group.status = 'closed'",
        "setattr(group, name, value)",
    ],
)
def test_control_one_written_by_hand_is_told(line: str) -> None:
    models = WRITING["service/network/networks/bulk.py"]
    imported = "from service.network.networks.models import Group, GroupArea\nfound = select(Group)\n"
    assert list(written_by_hand(imported + line, models)) != []
    assert list(written_by_hand(imported + "names = [group.name for group in found]", models)) == []
