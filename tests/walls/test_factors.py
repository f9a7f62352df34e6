"""Second steps and proofs, tried in SQL as the service's role: a statement that was slipped in has a pass in its hands, and no word.

Read with `service/platform/factors/writers.py`. What is tried is tried with every office, in the name of the person and of others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from psycopg.errors import InsufficientPrivilege

from config.embedded import Servers
from tenants import passes
from tenants.reach import Office
from tests.support.people import Few
from tests.support.people import few as make_few
from tests.support.telling import KEY, began, tell
from tests.support.world import HERE, THERE
from tests.walls.test_people import as_, askers, got_through, loosened

ADD = "SELECT app.add_factor(%s, 'totp', 'min', NULL, NULL, 'secret', 0, %s)"
TOKEN = b"t" * 32
OFFICES = [office for office in Office if office is not Office.CLOCK]


@pytest.fixture
def few(app: Flask) -> Few:
    """The people that there are."""
    with app.app_context():
        return make_few()


@pytest.fixture
def service(few: Few, place: Servers) -> Iterator[psycopg.Connection]:
    """A bare connection of the service's role. Nothing that is tried is kept."""
    with psycopg.connect(place.database_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def owner(app: Flask, place: Servers) -> Iterator[psycopg.Connection]:
    """The owner, who loosens a part."""
    with psycopg.connect(place.database_owner_url, autocommit=True) as connection:
        yield connection


def word(connection: psycopg.Connection, *said: object, key: bytes = KEY) -> str:
    """The service's word, in the present transaction."""
    return passes.word_for(":".join(map(str, said)), began(connection), key)


def added(connection: psycopg.Connection, person: UUID, secret: bytes = b"secret") -> UUID:
    """A second step of a person, made as the service does. The transaction goes on."""
    key = uuid4()
    tell(connection, "door", person=person)
    said = word(connection, "added", person, key, "totp", secret.hex())
    assert connection.execute(ADD, [key, said]).fetchone() != (None,)
    return key


def begun(connection: psycopg.Connection, person: UUID, token: bytes = TOKEN) -> None:
    """A session of a person that waits for its second step."""
    tell(connection, "door", person=person)
    begin = "INSERT INTO login_sessions (token_hash, person_id, created_at, last_seen_at) VALUES (%s, %s, now(), now())"
    connection.execute(begin, [token, person])


def proved(connection: psycopg.Connection, person: UUID, how: str, said: str) -> object:
    """What comes of proving the session."""
    tell(connection, "door", person=person)
    row = connection.execute("SELECT app.prove_session(%s, %s, %s)", [TOKEN, how, said]).fetchone()
    return row and row[0]


@pytest.mark.parametrize("office", Office)
def test_nobody_reads_second_steps_but_the_one_in_the_pass(
    service: psycopg.Connection, few: Few, office: Office
) -> None:
    """The tables are closed to every office; a function tells one's own. The control: it does."""
    added(service, few.manager)
    service.commit()
    for table in ("factors", "recovery_codes"):
        for statement in (
            f"SELECT * FROM {table}",
            f"DELETE FROM {table}",
            f"UPDATE {table} SET person_id = person_id",
        ):
            as_(service, (office, few.manager, (HERE,)))
            with pytest.raises(InsufficientPrivilege):
                service.execute(statement.encode())
    for person, told in ((few.manager, 1), (few.staff, 0), (None, 0)):
        as_(service, (office, person, (HERE, THERE)))
        assert len(service.execute("SELECT * FROM app.own_factors()").fetchall()) == told
    as_(service, (office, few.staff, (HERE,)))
    service.execute("SELECT set_config('app.person', %s, true)", [str(few.manager)])
    assert service.execute("SELECT * FROM app.own_factors()").fetchall() == []


LIES: dict[str, Callable[[psycopg.Connection, str], object]] = {
    "nothing": lambda connection, said: None,
    "a word of zeros": lambda connection, said: "0" * 64,
    "a key of one's own": lambda connection, said: word(connection, said, key=b"mine" * 8),
    "the pass itself": lambda connection, said: connection.execute("SELECT current_setting('app.pass')").fetchone()[0],  # type: ignore[index]
    "a word for another": lambda connection, said: word(connection, said.replace(said.split(":")[1], str(uuid4()))),
    "a word for something else": lambda connection, said: word(connection, "another", said),
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("office", Office)
def test_without_the_services_word_nothing_is_made_ended_or_proved(
    service: psycopg.Connection, few: Few, office: Office, lie: str
) -> None:
    """Not even one's own, by no office. The control: with the word each is done."""
    mine = added(service, few.manager)
    begun(service, few.manager)
    service.commit()
    new = uuid4()
    tries: dict[str, tuple[str, list[Any]]] = {
        f"added:{few.manager}:{new}:totp:{b'secret'.hex()}": (ADD, [new]),
        f"removed:{few.manager}:{mine}": ("SELECT app.remove_factor(%s, %s)", [mine]),
        f"codes:{few.manager}:{b'hash'.hex()}": ("SELECT app.renew_codes(ARRAY['hash'::bytea], %s)", []),
        f"proved:{few.manager}:{TOKEN.hex()}:password+totp": (
            "SELECT app.prove_session(%s, 'password+totp', %s)",
            [TOKEN],
        ),
    }
    for said, (statement, values) in tries.items():
        as_(service, (office, few.manager, (HERE,)))
        assert not got_through(service, statement, *values, LIES[lie](service, said)), said
        as_(service, (office, few.manager, (HERE,)))
        assert got_through(service, statement, *values, word(service, said)), said


def test_the_control_where_anything_is_a_word_every_lie_is_believed(
    service: psycopg.Connection, owner: psycopg.Connection, few: Few
) -> None:
    begun(service, few.manager)
    service.commit()
    with loosened(owner, "app.vouched(text, text)", "BEGIN RETURN true; END"):
        for name, lie in LIES.items():
            as_(service, (Office.MUNICIPALITY, few.manager, (HERE,)))
            assert got_through(service, ADD, uuid4(), lie(service, f"added:{few.manager}")), name


def test_a_word_is_good_in_its_transaction_alone(service: psycopg.Connection, few: Few) -> None:
    begun(service, few.manager)
    service.commit()
    said = word(service, "proved", few.manager, TOKEN.hex(), "password")
    assert proved(service, few.manager, "password", said) is True, "the control"
    service.rollback()
    with pytest.raises(InsufficientPrivilege):
        proved(service, few.manager, "password", said)


def test_no_password_alone_proves_a_session_where_there_is_a_second_step(service: psycopg.Connection, few: Few) -> None:
    """Even where the service itself says so. The control: whoever has none is let in by it."""
    begun(service, few.manager)
    said = word(service, "proved", few.manager, TOKEN.hex(), "password")
    assert proved(service, few.manager, "password", said) is True
    added(service, few.manager)
    assert proved(service, few.manager, "password", said) is False


@pytest.mark.parametrize("office", OFFICES)
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE login_sessions SET proved_at = now(), proved_how = 'password' RETURNING true",
        "UPDATE login_sessions SET token_hash = 'mine' WHERE proved_at IS NOT NULL RETURNING true",
        "UPDATE login_sessions SET created_at = now() + interval '1 year' RETURNING true",
        "UPDATE login_sessions SET ended_at = NULL WHERE ended_at IS NOT NULL RETURNING true",
        "UPDATE login_sessions SET person_id = gen_random_uuid() RETURNING true",
        (
            "INSERT INTO login_sessions (token_hash, person_id, created_at, last_seen_at, proved_at, proved_how)"
            " VALUES ('mine', app.person(), now(), now(), now(), 'password+passkey') RETURNING true"
        ),
        "INSERT INTO factor_events (id, person_id, act, made_at, due_from) VALUES (gen_random_uuid(), app.person(), 'taken', now(), now())",
    ],
)
def test_a_session_is_not_proved_taken_over_or_begun_anew(
    service: psycopg.Connection, owner: psycopg.Connection, few: Few, office: Office, change: str
) -> None:
    """By nobody's office, of nobody: one's own that waits, one's own that is proved, one that is over. The control: without the trigger."""
    tell(service, "clock")
    for number, (person, ended) in enumerate(((few.manager, False), (few.manager, True), (few.staff, False))):
        service.execute(
            "INSERT INTO login_sessions (token_hash, person_id, created_at, last_seen_at, proved_at, proved_how, ended_at)"
            " VALUES (%s, %s, now(), now() - interval '1 hour', now() - interval '1 hour', 'password', CASE WHEN %s THEN now() END)",
            [bytes([number]), person, ended],
        )
    service.commit()
    begun(service, few.manager)
    service.commit()
    for whose in (few.manager, few.staff, None):
        as_(service, (office, whose, (HERE,)))
        assert not got_through(service, change), whose
    if "gen_random_uuid()" in change:
        return  # a wall of rows holds these as well
    owner.execute("ALTER TABLE login_sessions DISABLE TRIGGER step")
    try:
        as_(service, (office, few.manager, (HERE,)))
        assert got_through(service, change)
    finally:
        owner.execute("ALTER TABLE login_sessions ENABLE TRIGGER step")


def test_what_the_service_changes_of_a_session_goes_on(service: psycopg.Connection, few: Few) -> None:
    """Seen, ended, for whom, through whose eyes: the trigger asks for nothing more."""
    begun(service, few.manager)
    for change in ("last_seen_at = now()", "municipality_code = '0580'", "viewing_code = NULL", "ended_at = now()"):
        tell(service, "municipality", HERE, person=few.manager)
        assert service.execute(f"UPDATE login_sessions SET {change}".encode()).rowcount == 1


def taken(connection: psycopg.Connection, few: Few) -> dict[str, set[str]]:
    """Whose second step can be taken away with which pass."""
    found: dict[str, set[str]] = {}
    whose = {name: getattr(few, name) for name in ("secretariat", "consultant", "manager", "staff", "manager_there")}
    for name, asker in askers(few).items():
        for word_of, person in whose.items():
            as_(connection, asker)
            if got_through(connection, "SELECT app.take_factors(%s, 'fordi')", person):
                found.setdefault(name, set()).add(word_of)
    return found


EVERYBODY = {"secretariat", "consultant", "manager", "staff", "manager_there"}


def test_a_second_step_is_taken_away_by_those_who_may(
    service: psycopg.Connection, owner: psycopg.Connection, few: Few
) -> None:
    """Each pass, each person: never one's own. The control: a check that lets all through is met."""
    for person in (few.secretariat, few.consultant, few.manager, few.staff, few.manager_there):
        added(service, person)
    service.commit()
    found = taken(service, few)
    assert {name for name in found if name.startswith("clock")} == {
        name for name in askers(few) if name.startswith("clock")
    }
    assert {name: whose for name, whose in found.items() if not name.startswith("clock")} == {
        "drc secretariat": {"consultant", "manager", "manager_there"},
        "municipality manager": {"staff"},
    }
    with loosened(owner, "app.may_take(uuid)", "BEGIN RETURN true; END"):
        assert all(whose == EVERYBODY for whose in taken(service, few).values())


def test_a_manager_takes_nothing_of_one_who_does_more(service: psycopg.Connection, few: Few) -> None:
    """Else the manager of one municipality would open an account of another's. The control: as long as they are staff alone."""
    added(service, few.staff)
    service.commit()
    take = "SELECT app.take_factors(%s, 'fordi')"
    as_(service, (Office.MUNICIPALITY, few.manager, (HERE,)))
    assert got_through(service, take, few.staff)
    tell(service, "clock", THERE)
    more = "INSERT INTO memberships (id, person_id, role, municipality_code) VALUES (%s, %s, 'manager', %s)"
    service.execute(more, [uuid4(), few.staff, THERE])
    tell(service, "municipality", HERE, person=few.manager)
    assert not got_through(service, take, few.staff)


def test_whose_second_step_it_is_uses_it_and_nobody_else(service: psycopg.Connection, few: Few) -> None:
    """A code works once; what counts only counts on."""
    key = added(service, few.manager)
    use = "SELECT app.use_factor(%s, %s)"
    for person, count, done in (
        (few.staff, 5, False),
        (few.manager, 5, True),
        (few.manager, 5, False),
        (few.manager, 4, False),
    ):
        tell(service, "door", person=person)
        assert service.execute(use, [key, count]).fetchone() == (done,)
    hashed = service.execute("SELECT sha256('code')").fetchone()
    assert hashed
    said = word(service, "codes", few.manager, bytes(hashed[0]).hex())
    service.execute("SELECT app.renew_codes(ARRAY[sha256('code')], %s)", [said])
    for person, done in ((few.staff, False), (few.manager, True), (few.manager, False)):
        tell(service, "door", person=person)
        row = service.execute("SELECT app.use_code('code') IS NOT NULL").fetchone()
        assert row == (done,)


def test_the_functions_of_the_functions_are_not_for_the_service(service: psycopg.Connection, few: Few) -> None:
    for statement in (
        "SELECT app.vouched('x', 'y')",
        "SELECT app.note_factor(NULL, 'added', NULL, '')",
        "SELECT app.may_take(NULL)",
    ):
        as_(service, (Office.DRC, few.secretariat, (HERE,)))
        with pytest.raises(InsufficientPrivilege):
            service.execute(statement.encode())
