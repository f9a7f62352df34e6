"""The ledger: a chain for each municipality and one for DRC, that nobody changes unseen, and that holds acts and no contents."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from config.embedded import Servers
from service.network.networks import operations as networks
from service.network.networks.rules import GroupStatus
from service.network.shares import operations as shares
from service.network.shares.operations import Given
from service.platform.ledger import queries
from service.platform.ledger.models import LedgerEntry
from service.platform.ledger.operations import Undeclared, record
from service.platform.ledger.rules import FIRST, ChainEntry, chained, first_fault
from service.platform.web.errors import NotFound
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.reach import Office, Reach, clock
from tests.network.shares.stage import acting
from tests.support.telling import tell
from tests.support.world import HERE, SHOWN, THERE, World, group_of
from tests.walls.ways import MANAGER, STAFF, askers

MOMENT = dt.datetime(2026, 3, 29, 1, 30, 0, 123456, dt.UTC)


def entry(number: int, /, **changes: object) -> ChainEntry:
    """An entry of a chain."""
    plain = ChainEntry(HERE, number, MOMENT, "drc", "", "share.offered", "share:1", {"shows": ["contact"], "count": 3})
    return replace(plain, **changes)  # type: ignore[arg-type]


def chain(*entries: ChainEntry) -> list[tuple[ChainEntry, str]]:
    """The entries with their hashes."""
    found, previous = [], FIRST
    for each in entries:
        previous = chained(each, previous)
        found.append((each, previous))
    return found


# The rules by themselves


def test_every_part_of_an_entry_is_in_its_hash() -> None:
    kept = chained(entry(1), FIRST)
    assert chained(entry(1), FIRST) == kept
    assert chained(entry(1, at=MOMENT.astimezone(dt.timezone(dt.timedelta(hours=2)))), FIRST) == kept, "the same moment"
    changes: list[dict[str, object]] = [
        {"chain": THERE},
        {"number": 2},
        {"at": MOMENT + dt.timedelta(microseconds=1)},
        {"office": "municipality"},
        {"person_id": "1"},
        {"act": "share.accepted"},
        {"subject": "share:2"},
        {"details": {"shows": ["contact"], "count": 4}},
    ]
    for change in changes:
        assert chained(entry(1, **change), FIRST) != kept, change
    assert chained(entry(1), "1" * 64) != kept, "and what came before"


def test_the_first_fault_is_named() -> None:
    whole = chain(*(entry(number) for number in (1, 2, 3)))
    head = (3, whole[-1][1])
    assert first_fault([], (0, FIRST)) is None
    assert first_fault(whole, head) is None
    assert first_fault([whole[0], (entry(2, act="share.declined"), whole[1][1]), whole[2]], head) == 2, "changed"
    assert first_fault([whole[0], whole[2]], head) == 2, "removed"
    assert first_fault([whole[1], whole[2]], head) == 1
    assert first_fault(whole[:2], head) == 3, "cut off at the end"
    assert first_fault([], head) == 1
    forged = chain(entry(1), entry(2, act="share.declined"), entry(3))
    assert first_fault(forged, head) == 4, "written anew all the way: the head tells"


# In the database


def test_entries_are_chained_by_municipality_and_for_drc(app: Flask, world: World) -> None:
    with acting(app, clock([HERE, THERE])):
        before = {code: queries.chain(code).fault for code in (HERE, THERE, None)}
        assert before == {HERE: None, THERE: None, None: None}
        for _each in range(3):
            record("duty.done", "thing:1", HERE, count=1)
            record("duty.done", "thing:1", THERE, count=1)
            record("duty.done", "thing:1", count=1)
    with acting(app, clock([HERE, THERE])):
        assert {queries.chain(code).fault for code in (HERE, THERE, None)} == {None}
        numbers = [row.number for row in db.session.scalars(queries.entries(HERE).order_by(LedgerEntry.number))]
        assert numbers == list(range(1, len(numbers) + 1))


def test_an_act_that_no_feature_has_is_refused(app: Flask, world: World) -> None:
    with acting(app, clock([HERE])), pytest.raises(Undeclared, match=r"thing\.done"):
        record("thing.done", "thing:1", HERE)


def test_an_act_that_is_rolled_back_leaves_no_entry(app: Flask, world: World) -> None:
    def write(*things: object) -> None:
        with acting(app, clock([HERE])):
            for thing in things:
                record("duty.done", "thing:1", HERE, thing=thing)

    with pytest.raises(TypeError):
        write(1, MOMENT)  # a moment is nothing that JSON holds
    with acting(app, clock([HERE])):
        assert "duty.done" not in {row.act for row in db.session.scalars(queries.entries(HERE))}
        assert queries.chain(HERE).fault is None


def test_entries_written_at_once_are_one_after_the_other(app: Flask, world: World) -> None:
    def write() -> None:
        for _each in range(5):
            with acting(app, clock([HERE])):
                record("duty.done", "thing:1", HERE)
                record("duty.done", "thing:1")

    threads = [threading.Thread(target=write) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with acting(app, clock([HERE])):
        written = [row for row in db.session.scalars(queries.entries(HERE)) if row.act == "duty.done"]
        assert len(written) == 40
        assert queries.chain(HERE).fault is None
        assert queries.chain(None).fault is None


@pytest.fixture
def owner(place: Servers) -> Iterator[psycopg.Connection]:
    """The owner, who can do what the service cannot."""
    with psycopg.connect(place.database_owner_url, autocommit=True) as connection:
        yield connection


FIRST_HERE = f"number = 1 AND municipality_code = '{HERE}'"
PLANTED = {
    "an act turned round": "UPDATE ledger_entries SET act = 'share.declined' WHERE number = 2",
    "another person": "UPDATE ledger_entries SET person_id = gen_random_uuid() WHERE number = 2",
    "a detail": "UPDATE ledger_entries SET details = details || '{\"count\": 9}' WHERE number = 2",
    "another time": "UPDATE ledger_entries SET at = at - interval '1 microsecond' WHERE number = 2",
    "one left out": "DELETE FROM ledger_entries WHERE number = 2",
    "the last ones cut off": "DELETE FROM ledger_entries WHERE number >= 2",
    "a head set back": f"UPDATE ledger_heads SET number = 1, hash = (SELECT hash FROM ledger_entries WHERE {FIRST_HERE})",
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED.keys())
def test_what_is_planted_by_whoever_owns_the_database_is_found(
    app: Flask, world: World, owner: psycopg.Connection, planted: str
) -> None:
    with acting(app, clock([HERE])):
        for _each in range(3):
            record("duty.done", "thing:1", HERE, count=1)
        assert queries.chain(HERE).fault is None
        last = len(db.session.scalars(queries.entries(HERE)).all())
    for table in ("ledger_entries", "ledger_heads"):
        owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    try:
        assert owner.execute(planted.encode()).rowcount > 0
    finally:
        for table in ("ledger_entries", "ledger_heads"):
            owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    with acting(app, clock([HERE])):
        assert queries.chain(HERE).fault == (2 if "heads" not in planted else last + 1)


def test_the_services_role_adds_and_reads_and_no_more(app: Flask, world: World, place: Servers) -> None:
    with acting(app, clock([HERE])):
        record("duty.done", "thing:1", HERE)
        record("duty.done", "thing:1")
    with psycopg.connect(place.database_url) as connection:
        for table in ("ledger_entries", "national_ledger_entries"):
            for statement in (f"UPDATE {table} SET act = 'x'", f"DELETE FROM {table}", f"TRUNCATE {table}"):
                connection.rollback()
                tell(connection, "clock", HERE)
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement.encode())
        connection.rollback()


def test_a_municipality_reads_its_own_chain_alone(app: Flask, world: World) -> None:
    with acting(app, clock([HERE, THERE])):
        record("duty.done", "thing:1", THERE)
        record("duty.done", "thing:1")
        theirs = db.session.scalars(queries.entries(THERE)).all()[-1].id
    with acting(app, Reach(Office.MUNICIPALITY, frozenset({HERE}))):
        assert {row.municipality_code for row in db.session.scalars(queries.entries())} == {HERE}
        assert db.session.scalars(queries.national()).all() == []
        with pytest.raises(NotFound):
            queries.entry(theirs)


CANARY = "kanariegroen"


def test_no_name_and_no_word_that_somebody_wrote_is_in_the_ledger(app: Flask, world: World) -> None:
    """A canary in every free text of a group, a network, a share and a consent: it is nowhere in either chain."""
    today = day_of(now())
    contact = {"name": CANARY, "phone": "12 34 56 78", "email": f"{CANARY}@venner.example"}
    group = {
        **group_of(CANARY, HERE),
        "areas": [{"municipality_code": HERE, "part": CANARY, "home": True}],
        "places": [{"municipality_code": HERE, "name": CANARY, "address": CANARY}],
        "contact": contact,
    }
    with acting(app, Reach(Office.DRC, frozenset({HERE}), world.consultant)):
        key = networks.create(group).id
        networks.change(key, group)
        network = networks.create_network({"name": CANARY, "kind": "theme", "about": CANARY})
        networks.change_network(network.id, {"name": CANARY, "kind": "theme", "about": CANARY})
        networks.join(network.id, key)
        terms = {"title": CANARY, "shows": SHOWN, "valid_from": today, "valid_to": None}
        for of in ({"group_id": key}, {"network_id": network.id}):
            row = shares.offer(HERE, **terms, **of)  # type: ignore[arg-type]
            shares.consent(row, key, Given(CANARY, today, "mail", SHOWN))
            shares.answer(row.id, accepts=True, tells_neighbours=True)
            shares.withdraw_consent(row, key)
            shares.consent(row, key, Given(CANARY, today, "mail", SHOWN))
        networks.leave(network.id, key)
        networks.set_status(key, GroupStatus.CLOSED)
        shares.end(row.id)
    with acting(app, clock([HERE])):
        written = " ".join(
            str(value)
            for table in ("ledger_entries", "national_ledger_entries")
            for value in db.session.scalars(text(f"SELECT to_jsonb(t)::text FROM {table} t"))
        )
        assert all(
            f'"{act}"' in written for act in ("group.created", "network.left", "share.consented", "share.hidden")
        )
        assert CANARY not in written
        assert CANARY in str(db.session.scalars(text("SELECT to_jsonb(t)::text FROM consents t")).all()), "the control"
    people = askers(app, world)
    for who in (MANAGER, STAFF):
        answer = people[who].ask("GET", "/api/v1/audit-entries?limit=200")
        assert "share.consented" in answer.text, "it is the municipality's to read"
        assert CANARY not in answer.text


# By SQL of one's own


def test_nobody_writes_an_entry_but_by_the_function(app: Flask, world: World, place: Servers) -> None:
    """Whatever the office. The function says itself in what capacity, by whom and when; the chain stays whole."""
    calls = "SELECT app.record(gen_random_uuid(), %s, 'agreement.approved', 'agreement:1', %s)"
    me = world.here.manager
    with psycopg.connect(place.database_url) as connection:
        for office in Office:
            for table in ("ledger_entries", "ledger_heads", "national_ledger_entries", "national_ledger_heads"):
                for statement in (f"INSERT INTO {table} SELECT * FROM {table}", f"UPDATE {table} SET hash = 'x'"):
                    connection.rollback()
                    tell(connection, office, HERE, person=me)
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        connection.execute(statement.encode())
        for name, code in (
            ("municipality", THERE),
            ("municipality", None),
            ("link", None),
            ("door", HERE),
            ("drc", THERE),
        ):
            connection.rollback()
            tell(connection, name, HERE, person=me)
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="out of reach"):
                connection.execute(calls, [code, "{}"])
        for details in ('{"n": 1.10}', '{"n": [1e3, 2.5]}'):
            connection.rollback()
            tell(connection, "municipality", HERE, person=me)
            with pytest.raises(psycopg.errors.CheckViolation, match="whole"):
                connection.execute(calls, [HERE, details])
        for name, person in (("municipality", me), ("link", None)):
            connection.rollback()
            tell(connection, name, HERE, person=person)
            connection.execute(calls, [HERE, '{"office": "drc", "person_id": "another", "at": "1999-01-01"}'])
            connection.commit()
    with acting(app, clock([HERE])):
        rows = db.session.scalars(queries.entries(HERE).order_by(LedgerEntry.number)).all()[-2:]
        assert [(row.office, row.person_id) for row in rows] == [("municipality", me), ("link", None)]
        assert all(abs(now() - row.at) < dt.timedelta(minutes=5) for row in rows)
        assert queries.chain(HERE).fault is None


FACTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text(st.characters(exclude_characters="\x00", codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_characters="\x00", codec="utf-8")), inner)
    ),
    max_leaves=8,
)


def test_postgresql_writes_json_out_as_the_rules_do(app: Flask, place: Servers) -> None:
    """Else a chain would be found broken that is whole: keys in any script, every sign, numbers of any size that is kept."""
    with psycopg.connect(place.database_owner_url) as connection:

        @settings(max_examples=150, deadline=None)
        @given(st.dictionaries(st.text(st.characters(exclude_characters="\x00", codec="utf-8")), FACTS))
        def same(facts: dict[str, object]) -> None:
            told = json.dumps(facts, ensure_ascii=False)
            row = connection.execute("SELECT app.written_out(%s::jsonb)", [told]).fetchone()
            assert row == (json.dumps(facts, ensure_ascii=False, sort_keys=True),)

        same()
