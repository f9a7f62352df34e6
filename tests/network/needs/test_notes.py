"""A note that tells of a person is taken out: by its own side or by DRC, from everywhere it stands; nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import select

from config.embedded import Servers
from service.network.needs import operations, queries, reallocations
from service.network.needs.models import NeedEvent
from service.platform.ledger.models import LedgerEntry, NationalLedgerEntry
from service.platform.web.errors import Conflict, NotFound
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import Reach
from tests.network.needs.conftest import Border
from tests.support.telling import tell
from tests.support.world import HERE, THERE, World, need_of
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, STAFF, askers

NAME = "Ingeborg Prøvenavn"
BLANK = "SELECT app.blank_note(%s, %s)"


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def said(border: Border, *, by: Reach | None = None) -> tuple[UUID, UUID]:
    """A need with a name in it, and the note that holds it."""
    with acting_for(by or border.municipality), transaction():
        row = operations.say(HERE, need_of(remark=NAME))
        return row.id, db.session.scalars(select(NeedEvent.id).where(NeedEvent.need_id == row.id)).one()


def everything(place: Servers) -> str:
    """All that is kept of needs, as text."""
    tables = ("needs", "need_events", "need_answers", "capacity_moves", "idempotent_answers", "ledger_entries")
    with psycopg.connect(place.database_url.replace("+psycopg", "")) as connection:
        tell(connection, "clock", HERE, THERE)
        return "\n".join(str(connection.execute(f"SELECT t::text FROM {table} t").fetchall()) for table in tables)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("who", ["municipality", "ours"])
def test_a_note_is_taken_out_by_its_own_side_or_by_drc(border: Border, place: Servers, who: str) -> None:
    need_id, note_id = said(border)
    assert everything(place).count(NAME) == 2, "the need, and its story"
    with acting_for(getattr(border, who)), transaction():
        operations.blank(need_id, note_id)
    assert NAME not in everything(place)
    with acting_for(border.municipality), transaction():
        step = queries.story(queries.need(need_id), [], {})[0]
        assert (step.note, step.act, step.number, step.remark) == (note_id, "said", 5, None)
        assert step.blanked_by == ("drc" if who == "ours" else "municipality")
        assert step.blanked_at is not None
        entry = db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.number.desc()).limit(1)).one()
        assert (entry.act, entry.details) == ("need.note_blanked", {"note": str(note_id)})
    with acting_for(border.municipality), pytest.raises(Conflict), transaction():
        operations.blank(need_id, note_id)  # there is nothing left


@pytest.mark.usefixtures("inside")
def test_of_a_need_that_is_over_too(border: Border, place: Servers) -> None:
    need_id, note_id = said(border)
    with acting_for(border.municipality), transaction():
        operations.withdraw(need_id, {"reason": ""})
    with acting_for(border.municipality), transaction():
        operations.blank(need_id, note_id)
    assert NAME not in everything(place)


@pytest.mark.usefixtures("inside")
def test_what_drc_wrote_is_drcs_to_take_out(border: Border, place: Servers) -> None:
    need_id, note_id = said(border, by=border.ours)
    with acting_for(border.municipality), pytest.raises(Conflict), transaction():
        operations.blank(need_id, note_id)
    with acting_for(border.ours), transaction():
        given = {"group_id": border.near, "number": 1, "remark": NAME}
        move_id = reallocations.answer(border.need, given).id
        reallocations.give_back(move_id, {"remark": NAME})
    with acting_for(border.municipality), pytest.raises(Conflict), transaction():
        operations.blank(border.need, move_id)
    with acting_for(border.ours), transaction():
        operations.blank(need_id, note_id)
        operations.blank(border.need, move_id)
    assert NAME not in everything(place)
    with acting_for(border.municipality), transaction():
        row = queries.need(border.need)
        steps = queries.story(row, queries.answers([row.id])[row.id], {})[-2:]
        assert [(step.remark, step.blanked_by) for step in steps] == [(None, "drc"), (None, "drc")]


@pytest.mark.usefixtures("inside")
def test_a_move_is_emptied_from_either_side_of_the_border(border: Border, place: Servers) -> None:
    with acting_for(border.ours), transaction():
        given = {"group_id": border.far, "number": 1, "remark": NAME}
        move_id = reallocations.answer(border.need, given).id
    with acting_for(border.theirs), transaction():
        reallocations.decline(move_id, {"remark": ""})
        reallocations.blank(move_id)
    assert NAME not in everything(place)
    with acting_for(border.theirs), transaction():
        row = queries.move(move_id)
        assert (row.remark, row.answer_remark) == (None, ""), "where nothing was written, nothing is said to be removed"
        last = db.session.scalars(select(NationalLedgerEntry.act).order_by(NationalLedgerEntry.number.desc()).limit(1))
        assert last.one() == "move.note_blanked"


@pytest.mark.usefixtures("inside")
def test_a_neighbour_takes_nothing_out(border: Border) -> None:
    need_id, note_id = said(border)
    for reach in (border.neighbour, border.theirs):
        with acting_for(reach), pytest.raises(NotFound), transaction():
            operations.blank(need_id, note_id)
    with acting_for(border.municipality), pytest.raises(NotFound), transaction():
        operations.blank(border.need, note_id)  # of another need
    with acting_for(border.municipality), pytest.raises(NotFound), transaction():
        operations.blank(need_id, uuid4())


def test_the_wall_lets_that_one_change_through_and_no_other(app: Flask, border: Border, place: Servers) -> None:
    """Asked for in raw SQL, under the service's own role. The control: who may, can."""
    with app.app_context():
        _need, note_id = said(border)
    with psycopg.connect(place.database_url.replace("+psycopg", "")) as raw:
        for change in ("remark = 'noget andet'", "remark = NULL", "number = 7", "blanked_by = 'drc'"):
            for office in ("municipality", "drc", "clock"):
                tell(raw, office, HERE)
                with pytest.raises(InsufficientPrivilege):
                    raw.execute(f"UPDATE need_events SET {change}".encode())
                raw.rollback()
        for office, code in (("municipality", THERE), ("drc", THERE), ("link", HERE), ("door", HERE), ("clock", HERE)):
            tell(raw, office, code)
            assert raw.execute(BLANK, [HERE, note_id]).fetchone() == (False,), office
            raw.rollback()
        assert raw.execute(BLANK, [HERE, note_id]).fetchone() == (False,), "nobody is told"
        raw.rollback()
        tell(raw, "municipality", HERE)
        raw.execute("UPDATE needs SET state = 'withdrawn', over_at = now()")
        with pytest.raises(InsufficientPrivilege):
            raw.execute("UPDATE needs SET remark = 'noget andet'")
        raw.rollback()
        tell(raw, "municipality", HERE)
        assert raw.execute(BLANK, [HERE, note_id]).fetchone() == (True,), "the control"
        row = raw.execute("SELECT act, number, remark, blanked_by FROM need_events WHERE id = %s", [note_id]).fetchone()
        assert row == ("said", 5, None, "municipality")
        raw.rollback()


def test_by_page_and_by_api_with_the_answers_that_were_kept(
    app: Flask, world: World, border: Border, place: Servers
) -> None:
    people = askers(app, world)
    staff, consultant = people[STAFF], people[CONSULTANT]
    sent = {"municipality_code": HERE, "kind": "mentor", "number": 2, "remark": NAME}
    again = {"Authorization": f"Bearer {staff.key}", "Idempotency-Key": "en"}
    need = staff.client.post("/api/v1/needs", json=sent, headers=again).json
    assert need is not None
    address = f"/kommuner/{HERE}/behov/{need['id']}"
    assert NAME in staff.ask("GET", address).text
    note = consultant.ask("GET", f"/api/v1/needs/{need['id']}/story").json["items"][0]  # type: ignore[index]
    assert note["remark"] == NAME
    assert people[MANAGER].ask("POST", f"{address}/noter/{note['id']}/fjern").status_code == 302
    page = staff.ask("GET", address).text
    assert NAME not in page
    assert "Noten blev slettet" in page
    assert NAME not in everything(place)
    kept = staff.client.post("/api/v1/needs", json=sent, headers=again)
    assert (kept.json or {})["remark"] is None, "what was kept is the same call's answer still, without the note"
    assert kept.headers["Idempotent-Replayed"] == "true"
    gone = consultant.ask("POST", f"/api/v1/needs/{need['id']}/story/{note['id']}/blank")
    assert gone.status_code == 409

    given = {"group_id": str(border.near), "number": 1, "remark": NAME}
    move = consultant.ask("POST", f"/api/v1/needs/{border.need}/answer", given).json
    assert move is not None
    assert people[SECRETARIAT].ask("POST", f"/api/v1/moves/{move['id']}/blank").json["remark"] is None  # type: ignore[index]
    assert "slettet den" in consultant.ask("GET", f"/kapacitet/flytninger/{move['id']}").text
    assert NAME not in everything(place)
