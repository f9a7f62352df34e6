"""What is taken out can be sent in again and changes nothing; no cell of it runs; the ledger tells of it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.exchange.exports import operations as exporting
from service.exchange.exports.keeping import FILES
from service.exchange.exports.models import Export, ExportPiece
from service.exchange.records import cells, writing
from service.exchange.records.cells import cell_of, guarded, unguarded, value_of
from service.exchange.records.kinds import KINDS
from service.network.cooperation import operations as cooperation
from service.network.networks import bulk
from service.network.networks import operations as networks
from service.network.networks.rules import GroupKind, GroupStatus
from service.platform.accounts.models import Person
from service.platform.ledger.models import NationalLedgerEntry
from service.platform.web.declared import Column, Shape
from service.platform.web.errors import Invalid, NotFound
from service.volunteer.volunteers import operations as volunteers
from service.volunteer.volunteers.rules import Purpose
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction, uuid7
from tenants.reach import clock
from tests.exchange.conftest import Sender
from tests.support.rounds import count
from tests.support.telling import tell
from tests.support.world import HERE, THERE, World, group_of, volunteer_of
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
                group["places"] += [
                    {
                        "municipality_code": HERE,
                        "name": "Skolen; lokale 2: syd",
                        "address": "Vej 1, 6200 Aabenraa; (st.)",
                    }
                ]
                key = networks.create(group).id
                person = {**volunteer_of(name, HERE), "languages": frozenset({"ar", "da"})}
                person |= {"agreement_on": dt.date(2025, 2, 3), "status": "active"}
                person["courses"] = [{"name": name, "taken_on": dt.date(2025, 2, 3)} for name in (name, "Trin 2: a; b")]
                row = volunteers.create(person, anyway=True)
                role = {"group_id": key, "role": "leader", "children": "no", "valid_from": dt.date(2024, 1, 1)}
                for _time in range(2):  # twice from the same day, once to an end
                    held = volunteers.start_role(row.id, role)
                    volunteers.end_role(row.id, held.id, dt.date(2025, 1, 1))
                volunteers.start_role(row.id, {**role, "valid_from": dt.date(2025, 1, 1)})
                volunteers.give_consent(row.id, Purpose.NEWS, dt.date(2025, 1, 1))
                volunteers.withdraw_consent(row.id, Purpose.NEWS, dt.date(2025, 2, 1))
                volunteers.give_consent(row.id, Purpose.NEWS, dt.date(2025, 2, 1))
        yield


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
@pytest.mark.parametrize("kind", ["groups", "volunteers", "sessions"])
def test_what_is_taken_out_and_sent_in_again_changes_nothing(
    groups: None, secretariat: Sender, file_format: str, kind: str
) -> None:
    key = secretariat.checked(secretariat.taken_out(kind, file_format), kind)
    count = {"groups": 13, "volunteers": 12, "sessions": 8}[kind]
    assert secretariat.verdicts(key) == {"same": count}, [row.problems for row in secretariat.rows(key)]


def test_groups_go_out_with_the_cooperation_agreement_that_holds(inside: World, secretariat: Sender) -> None:
    last = day_of(now()) + dt.timedelta(days=40)
    with acting_for(clock([HERE, THERE])), transaction():
        key = networks.create(group_of("Har en", HERE)).id
        noted = {"signed_on": dt.date(2020, 1, 5), "starts_on": None, "ends_on": last}
        cooperation.note(key, noted)
        cooperation.note(networks.create(group_of("Havde en", HERE)).id, noted | {"ends_on": dt.date(2020, 2, 1)})
    rows = csv.DictReader(io.StringIO(secretariat.taken_out("groups").decode("utf-8-sig")), delimiter=";")
    told = {row["Navn"]: (row["Samarbejdsaftale"], row["Samarbejdsaftale: sidste dag"]) for row in rows}
    assert told["Har en"] == ("på papir", f"{last:%d-%m-%Y}")
    assert told["Havde en"] == ("", "")


def test_a_group_without_a_home_comes_back_as_it_was(inside: World, secretariat: Sender) -> None:
    part = {"municipality_code": HERE, "part": "Tinglev", "home": False}
    with acting_for(clock([HERE, THERE])), transaction():
        networks.create({**group_of("Hjemløs", HERE), "areas": [part]})
    key = secretariat.checked(secretariat.taken_out("groups"))
    assert secretariat.verdicts(key) == {"same": 2}, [row.problems for row in secretariat.rows(key)]


@pytest.mark.gate("1.2.10")
def test_no_cell_runs(groups: None, secretariat: Sender) -> None:
    text = secretariat.taken_out("groups", municipality_code=HERE).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    book = load_workbook(io.BytesIO(secretariat.taken_out("groups", "xlsx", municipality_code=HERE)))
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
    sent = {"kind": "sessions", "file_format": "csv", "first": f"{world.month:%d-%m-%Y}"}
    asked = people[CONSULTANT].ask("POST", "/overfoersler/udtraek", sent)
    address = asked.headers["Location"]
    page = people[CONSULTANT].ask("GET", address)
    assert "progress-body" in page.text
    assert people[CONSULTANT].ask("GET", f"{address}/fil").status_code == 404, "it is not made yet"
    with app.app_context():
        assert exporting.make(UUID(address.rpartition("/")[2]), 60)
        assert not exporting.make(UUID(address.rpartition("/")[2]), 60), "twice is once"
    assert "Filen er klar. Rækker: 4." in people[CONSULTANT].ask("GET", address).text
    assert "Klar" in people[CONSULTANT].ask("GET", "/overfoersler/udtraek").text
    answer = people[CONSULTANT].ask("GET", f"{address}/fil")
    assert world.here.canary in answer.data.decode("utf-8-sig")
    assert world.there.canary not in answer.data.decode("utf-8-sig")
    assert "afholdte-gange-" in answer.headers["Content-Disposition"]
    with app.app_context(), acting_for(clock()), transaction():
        query = select(NationalLedgerEntry).where(NationalLedgerEntry.subject == "export:sessions")
        found = db.session.scalars(query.order_by(NationalLedgerEntry.number)).all()
        assert [entry.act for entry in found] == ["export.made", "export.fetched"]
        for entry in found:
            assert (entry.details["count"], entry.person_id) == (4, world.consultant)
            assert entry.details["first"] == world.month.isoformat()
    for verb in ("GET", "POST"):
        assert people[MANAGER].ask(verb, "/overfoersler/udtraek", sent).status_code == 404
    for who in (SECRETARIAT, MANAGER):
        assert people[who].ask("GET", address).status_code == 404, "nobody but the one who asked"
        assert people[who].ask("GET", f"{address}/fil").status_code == 404
        assert people[who].ask("POST", f"{address}/igen").status_code == 404


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_template_is_a_file_that_is_understood(people: dict[str, Asker], secretariat: Sender, kind: str) -> None:
    """Each column is found again, and the example is refused for nothing but what is not there to be found."""
    for file_format in ("xlsx", "csv"):
        answer = people[SECRETARIAT].ask("GET", f"/overfoersler/skabelon?slags={kind}&format={file_format}")
        key = secretariat.checked(answer.data, kind)
        assert secretariat.seen(key).columns == [column.name for column in KINDS[kind].columns]
        (row,) = secretariat.rows(key)
        assert {name for name, _why in row.problems} <= {"activity", "roles"}
    assert people[SECRETARIAT].ask("GET", f"/overfoersler/skabelon?slags={kind}&format=exe").status_code == 404


def test_what_is_asked_for_wrongly_is_told_beside_the_field(people: dict[str, Asker]) -> None:
    answer = people[SECRETARIAT].ask(
        "POST", "/overfoersler/udtraek", {"kind": "sessions", "file_format": "csv", "first": "i går"}
    )
    assert answer.status_code == 422
    assert 'id="first-error"' in answer.text
    wrong = {"kind": "groups", "file_format": "csv", "status": "introduced"}
    assert 'id="status-error"' in people[SECRETARIAT].ask("POST", "/overfoersler/udtraek", wrong).text


@pytest.mark.parametrize(
    ("kind", "limits", "field"),
    [
        ("sessions", {"q": "Kirsten"}, "q"),
        ("groups", {"first": dt.date(2026, 1, 1)}, "first"),
        ("volunteers", {"status": "closed"}, "status"),
        ("sessions", {"first": dt.date(2026, 2, 1), "last": dt.date(2026, 1, 1)}, "last"),
    ],
)
def test_a_limit_that_cannot_be_is_refused(secretariat: Sender, kind: str, limits: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        secretariat.asked(kind, **limits)
    assert list(refused.value.errors) == [field]


def names(content: bytes) -> list[str]:
    """The first column of a file."""
    return [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")][1:]


def test_a_file_is_narrowed_down_as_the_lists_are(inside: World, secretariat: Sender, consultant: Sender) -> None:
    with acting_for(clock([HERE, THERE])), transaction():
        group = networks.create({**group_of("Ærø Sprogcafé", THERE), "status": "resting"})
        network = networks.create_network({"name": "Syd", "kind": "theme", "about": ""})
        networks.join(network.id, group.id)
        networks.set_status(group.id, GroupStatus.RESTING)
        group_id, network_id = group.id, network.id
        for name, code, status in (("Anna Ærø", HERE, "active"), ("Bo Ærø", THERE, "active"), ("Eli By", HERE, "left")):
            row = volunteers.create({**volunteer_of(name, code), "status": status}, anyway=True)
            if name.startswith("Bo"):
                volunteers.start_role(row.id, {"group_id": group.id, "role": "member", "children": "no"})
    take = secretariat.taken_out
    assert names(take("groups")) == ["Fællesgruppen", "Ærø Sprogcafé"]
    for limits in ({"status": "resting"}, {"q": "aero"}, {"network_id": network_id}):
        assert names(take("groups", **limits)) == ["Ærø Sprogcafé"], limits
    assert names(take("groups", municipality_code=HERE)) == ["Fællesgruppen"]
    assert names(take("volunteers", q="aero")) == ["Anna Ærø", "Bo Ærø"]
    assert names(take("volunteers", q="aero", municipality_code=HERE)) == ["Anna Ærø"]
    assert names(take("volunteers", status="left")) == ["Eli By"]
    assert names(take("volunteers", group_id=group_id)) == ["Bo Ærø"]
    assert names(consultant.taken_out("volunteers")) == ["Anna Ærø", "Eli By"], "those within reach"
    assert names(take("sessions", first=dt.date(2100, 1, 1))) == []
    assert len(names(take("sessions", municipality_code=THERE, last=dt.date(2100, 1, 1)))) == 4
    with pytest.raises(NotFound):
        consultant.asked("groups", municipality_code=THERE)
    with acting_for(clock()), transaction():
        told = str([row.details for row in db.session.scalars(select(NationalLedgerEntry))])
    assert "'q': 'yes'" in told
    assert "aero" not in told, "that was searched, not what for"


def test_a_file_is_forgotten_after_a_day(secretariat: Sender) -> None:
    old, new = secretariat.asked("groups"), secretariat.asked("groups")
    failed, due = secretariat.asked("groups"), secretariat.asked("groups")
    for key in (old, new):
        assert exporting.make(key, 60)

    def put(key: UUID, **values: Any) -> None:
        with acting_for(clock()), transaction():
            db.session.execute(update(Export).where(Export.id == key).values(**values))

    long_ago = now() - FILES.time - dt.timedelta(minutes=1)
    put(old, made_at=long_ago)
    put(failed, created_at=long_ago, work_state="failed")
    put(due, created_at=long_ago)
    assert count("exports.forget") == 2
    assert count("exports.forget") == 0
    with acting_for(clock()), transaction():
        assert set(db.session.scalars(select(Export.id))) == {new, due}, "what waits is still made"
        assert set(db.session.scalars(select(ExportPiece.export_id))) == {new}
    assert secretariat.fetched(new)
    with pytest.raises(NotFound):
        secretariat.fetched(old)


def test_who_has_no_access_any_more_gets_no_file(inside: World, consultant: Sender) -> None:
    key = consultant.asked("volunteers")
    with acting_for(clock()), transaction():
        db.session.execute(update(Person).where(Person.id == inside.consultant).values(disabled_at=now()))
    assert not exporting.make(key, 60)
    with acting_for(clock()), transaction():
        assert db.session.scalars(select(Export)).all() == []


def test_what_goes_wrong_is_told_at_once_and_tried_again_by_hand(
    secretariat: Sender, people: dict[str, Asker], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = secretariat.asked("groups")
    monkeypatch.setattr("service.platform.work.leases.log.error", lambda *_args, **_values: None)
    monkeypatch.setattr(bulk, "told", lambda *_args: 1 / 0)
    assert not exporting.make(key, 60)
    page = people[SECRETARIAT].ask("GET", f"/overfoersler/udtraek/{key}")
    assert "ZeroDivisionError" in page.text
    monkeypatch.undo()
    assert people[SECRETARIAT].ask("POST", f"/overfoersler/udtraek/{key}/igen").status_code == 302
    assert exporting.make(key, 60)
    assert secretariat.fetched(key)


def test_a_worker_that_was_too_slow_writes_nothing(secretariat: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    key = secretariat.asked("groups")
    real = writing.exported

    def slow(*args: Any) -> Any:
        with Session(db.engine) as other, other.begin():
            tell(other.connection().connection.driver_connection, "clock")  # type: ignore[arg-type]
            other.execute(update(Export).values(lease_token=uuid7()))
        return real(*args)

    monkeypatch.setattr(writing, "exported", slow)
    assert not exporting.make(key, 60)
    with acting_for(clock()), transaction():
        assert db.session.scalars(select(ExportPiece.number)).all() == []
        assert db.session.scalars(select(Export.made_at)).one() is None
