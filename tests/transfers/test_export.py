"""What is taken out can be sent in again and changes nothing; no cell of it runs; the ledger tells of it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select

from service.ledger.models import NationalLedgerEntry
from service.networks import operations as networks
from service.networks.rules import GroupKind
from service.transfers import cells, writing
from service.transfers.cells import Column, Shape, cell_of, guarded, unguarded, value_of
from service.transfers.kinds import KINDS
from service.volunteers import operations as volunteers
from tenants.database import db, transaction
from tenants.reach import acting_for, clock
from tests.support.world import HERE, THERE, World, group_of, volunteer_of
from tests.transfers.conftest import Sender
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, Asker, askers

FORMULAS = (
    "=1+1",
    "+cmd|'/c calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\uff1d1+1",
    "'=1",
    "''@x",
    "+45 12 34 56 78",
    "- en streg",
    "'",
)
WORDS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40)


@given(WORDS)
@settings(max_examples=300, deadline=None)
def test_a_text_comes_back_as_it_was(text: str) -> None:
    for one in (text, *FORMULAS):
        assert unguarded(guarded(one)) == one


@given(st.lists(WORDS.map(str.strip).filter(lambda text: text and "\n" not in text), max_size=5))
@example(["a; b", "c"])
@example(["a;b"])
def test_a_list_comes_back_as_it_was(items: list[str]) -> None:
    assert cells.items_of(cells.joined(items)) == items


@given(st.integers(0, 300_000))
def test_hours_come_back_to_the_minute(minutes: int) -> None:
    column = Column("x", "X", Shape.HOURS)
    assert value_of(column, str(cell_of(column, minutes, {})), {}) == minutes


def test_hours_are_read_as_people_write_them() -> None:
    assert [cells.minutes_of(text) for text in ("7,5", "7.5", "7:30", "8", "")] == [450, 450, 450, 480, ""]
    for wrong in ("7:75", "syv", "-1", "1e3"):
        with pytest.raises(ValueError, match=r"12:30|hours"):
            cells.minutes_of(wrong)


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Asker]:
    """Those who ask."""
    return askers(app, world)


@pytest.fixture
def groups(app: Flask, world: World) -> Iterator[None]:
    """Groups with all that is hard in a file."""
    with app.app_context():
        with acting_for(clock([HERE, THERE])), transaction():
            for name in (*FORMULAS, 'Ærø; Øl, "Å"', "Łódź"):
                group = group_of(name, HERE, THERE, contact=name)
                group |= {"kind": GroupKind.ASSOCIATION, "cvr": "20699310", "meets_children": True}
                group["areas"][0]["part"] = "en del; og mere"
                networks.create(group)
                person = {**volunteer_of(name, HERE), "languages": frozenset({"ar", "da"})}
                volunteers.create({**person, "agreement_on": dt.date(2025, 2, 3), "status": "active"}, anyway=True)
        yield


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
@pytest.mark.parametrize("kind", ["groups", "volunteers", "sessions"])
def test_what_is_taken_out_and_sent_in_again_changes_nothing(
    groups: None, secretariat: Sender, file_format: str, kind: str
) -> None:
    with acting_for(secretariat.identity.reach), transaction():
        of = KINDS[kind]
        written = writing.exported(of.columns, of.exported({}), of.options(), file_format)
    key = secretariat.checked(b"".join(written), kind)
    assert secretariat.verdicts(key) == {"same": written.count}, [row.problems for row in secretariat.rows(key)]
    assert written.count == {"groups": 13, "volunteers": 12, "sessions": 8}[kind]


def test_no_cell_runs(groups: None, people: dict[str, Asker]) -> None:
    sent = {"kind": "groups", "municipality_code": HERE}
    text = (
        people[SECRETARIAT]
        .ask("POST", "/overfoersler/udtraek", {**sent, "file_format": "csv"})
        .data.decode("utf-8-sig")
    )
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    book = load_workbook(
        io.BytesIO(people[SECRETARIAT].ask("POST", "/overfoersler/udtraek", {**sent, "file_format": "xlsx"}).data)
    )
    found = [cell for row in rows for cell in row] + [
        cell.value for row in book.worksheets[0].iter_rows() for cell in row if isinstance(cell.value, str)
    ]
    assert "'=1+1" in found
    assert "+45 12 34 56 78" in found, "a phone number is none"
    assert [cell for cell in found if cell.startswith(("=", "@", "\t", "\r", "-2", "+c", "\uff1d"))] == []
    assert all(cell.data_type != "f" for row in book.worksheets[0].iter_rows() for cell in row)


def test_every_export_is_in_the_ledger_and_holds_what_its_reader_may_see(
    app: Flask, world: World, people: dict[str, Asker]
) -> None:
    answer = people[CONSULTANT].ask("POST", "/overfoersler/udtraek", {"kind": "sessions", "file_format": "csv"})
    assert world.here.canary in answer.data.decode("utf-8-sig")
    assert world.there.canary not in answer.data.decode("utf-8-sig")
    assert "attachment" in answer.headers["Content-Disposition"]
    with app.app_context(), acting_for(clock()), transaction():
        entry = db.session.scalars(select(NationalLedgerEntry).where(NationalLedgerEntry.act == "export.made")).one()
        assert (entry.subject, entry.details["count"], entry.person_id) == ("export:sessions", 4, world.consultant)
    for verb in ("GET", "POST"):
        sent = {"kind": "groups", "file_format": "csv"}
        assert people[MANAGER].ask(verb, "/overfoersler/udtraek", sent).status_code == 404


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_template_is_a_file_that_is_understood(people: dict[str, Asker], secretariat: Sender, kind: str) -> None:
    """Each column is found again, and the example is refused for nothing but what is not there to be found."""
    for file_format in ("xlsx", "csv"):
        answer = people[SECRETARIAT].ask("GET", f"/overfoersler/skabelon?slags={kind}&format={file_format}")
        key = secretariat.checked(answer.data, kind)
        assert secretariat.seen(key).columns == [column.name for column in KINDS[kind].columns]
        (row,) = secretariat.rows(key)
        assert {name for name, _why in row.problems} <= {"activity"}
    assert people[SECRETARIAT].ask("GET", f"/overfoersler/skabelon?slags={kind}&format=exe").status_code == 404


def test_what_is_asked_for_wrongly_is_told_beside_the_field(people: dict[str, Asker]) -> None:
    answer = people[SECRETARIAT].ask(
        "POST", "/overfoersler/udtraek", {"kind": "x", "file_format": "csv", "first": "i går"}
    )
    assert answer.status_code == 422
    assert 'id="first-error"' in answer.text
