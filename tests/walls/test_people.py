"""Who says who may do what, tried in SQL as the service's role: a statement that was slipped in has a pass in its hands, and no role.

Read with `service/platform/people/writers.py`. Direct writes are tried in `test_writers.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from psycopg.errors import InsufficientPrivilege

from config.embedded import Servers
from tenants.reach import Office
from tests.support.people import MANAGER, STAFF, Few
from tests.support.people import few as make_few
from tests.support.telling import tell
from tests.support.world import HERE, THERE

INVITE = "SELECT invitation FROM app.invite(%s, %s, 'Ny', %s, %s, %s, 'fordi')"
ROLES = {  # what is given, as words: the role, and where
    "secretariat": ("secretariat", None, None),
    "consultant": ("consultant", None, "Prøveland"),
    "manager here": ("manager", HERE, None),
    "manager there": ("manager", THERE, None),
    "staff here": ("staff", HERE, None),
    "staff there": ("staff", THERE, None),
}
SECRET = b"s" * 32
ITS_HASH = "sha256('" + "s" * 32 + "'::bytea)"


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


def askers(few: Few) -> dict[str, tuple[Office, UUID | None, tuple[str, ...]]]:
    """Whose pass a statement has: the office, the person and the municipalities."""
    people = {
        "secretariat": few.secretariat,
        "consultant": few.consultant,
        "manager": few.manager,
        "manager there": few.manager_there,
        "staff": few.staff,
        "nobody": None,
    }
    return {f"{office} {name}": (office, person, (HERE, THERE)) for office in Office for name, person in people.items()}


def as_(connection: psycopg.Connection, asker: tuple[Office, UUID | None, tuple[str, ...]]) -> None:
    """Begin a transaction with that pass."""
    connection.rollback()
    office, person, codes = asker
    tell(connection, office, *codes, person=person)


def got_through(connection: psycopg.Connection, statement: str, *values: object) -> bool:
    """Whether a statement is let through and does something."""
    try:
        row = connection.execute(statement.encode(), values).fetchone()
    except InsufficientPrivilege:
        return False
    except psycopg.errors.IntegrityError:
        return True  # it stumbled over a check, which comes after the wall
    finally:
        connection.rollback()
    return row is not None and row[0] not in (None, False)


def given(connection: psycopg.Connection, few: Few) -> dict[str, set[str]]:
    """Which roles can be given with which pass."""
    found: dict[str, set[str]] = {}
    for name, asker in askers(few).items():
        for word, place in ROLES.items():
            as_(connection, asker)
            if got_through(connection, INVITE, uuid4(), "ny@example.dk", *place):
                found.setdefault(name, set()).add(word)
    return found


def ended(connection: psycopg.Connection, few: Few) -> dict[str, set[str]]:
    """Which roles can be ended with which pass."""
    connection.rollback()
    tell(connection, "clock")
    rows = connection.execute("SELECT id, role, municipality_code FROM memberships").fetchall()
    words = {(role, code): word for word, (role, code, _territory) in ROLES.items()}
    found: dict[str, set[str]] = {}
    for name, asker in askers(few).items():
        for key, role, code in rows:
            as_(connection, asker)
            if got_through(connection, "SELECT app.end_role(%s, 'fordi')", key):
                found.setdefault(name, set()).add(words[role, code])
    return found


MAY = {
    **{
        f"clock {name}": set(ROLES)
        for name in ("secretariat", "consultant", "manager", "manager there", "staff", "nobody")
    },
    "drc secretariat": {"secretariat", "consultant", "manager here", "manager there"},
    "municipality manager": {"manager here", "staff here"},
    "municipality manager there": {"manager there", "staff there"},
}


@contextmanager
def loosened(owner: psycopg.Connection, function: str, body: str) -> Iterator[None]:
    """With a function that says something else."""
    kept = owner.execute("SELECT pg_get_functiondef(%s::regprocedure)", [function]).fetchone()
    assert kept
    begins, _, _rest = kept[0].partition("AS $function$")
    owner.execute((begins + f"AS '{body}'").encode())
    try:
        yield
    finally:
        owner.execute(kept[0].encode())


def test_a_role_is_given_and_ended_by_those_who_may(
    service: psycopg.Connection, few: Few, owner: psycopg.Connection
) -> None:
    """Each pass, each role: DRC's people through a municipality's eyes give none. The control: a check that lets all through is met."""
    assert given(service, few) == MAY
    assert ended(service, few) == {name: roles - {"staff there"} for name, roles in MAY.items()}, (
        "of whom there are none"
    )
    with loosened(owner, "app.may_give(text, uuid, text, text)", "SELECT true"):
        assert set(given(service, few)) == set(askers(few))
        assert set(ended(service, few)) == set(askers(few))


@pytest.mark.parametrize("office", [Office.DRC, Office.MUNICIPALITY])
def test_what_is_out_of_reach_is_not_given(service: psycopg.Connection, few: Few, office: Office) -> None:
    """Whoever is a manager in two places gives roles where they act. The control stands above."""
    person = few.secretariat if office is Office.DRC else few.manager_there
    as_(service, (office, person, (HERE,)))
    assert not got_through(service, INVITE, uuid4(), "ny@example.dk", "manager", THERE, None)


@pytest.mark.parametrize(
    "over",
    [
        "UPDATE memberships SET valid_to = app.today() WHERE person_id = %s",
        "UPDATE memberships SET valid_from = app.today() + 1 WHERE person_id = %s",
        "UPDATE memberships SET valid_to = app.today() + 1 WHERE person_id = %s",
        "UPDATE persons SET disabled_at = now() WHERE id = %s",
    ],
)
def test_whose_own_role_does_not_hold_today_gives_none(service: psycopg.Connection, few: Few, over: str) -> None:
    """Ended today, beginning tomorrow, shut out. The control among them: one that ends tomorrow holds today."""
    service.rollback()
    tell(service, "clock")
    service.execute(over.encode(), [few.manager])
    tell(service, "municipality", HERE, person=few.manager)
    through = got_through(service, INVITE, uuid4(), "ny@example.dk", "staff", HERE, None)
    assert through is ("valid_to = app.today() + 1" in over)


def test_the_secretariat_alone_shuts_somebody_out(
    service: psycopg.Connection, few: Few, owner: psycopg.Connection
) -> None:
    """And unattended work, as the command. The control: the secretariat does, whoever it is."""
    through = set()
    for name, asker in askers(few).items():
        as_(service, asker)
        if got_through(service, "SELECT app.disable(%s, 'fordi')", few.staff):
            through.add(name)
    assert through == {"drc secretariat", *(name for name in MAY if name.startswith("clock"))}


def test_who_is_shut_out_has_no_way_in_left(service: psycopg.Connection, few: Few) -> None:
    """Sessions, keys, the password, roles and invitations that wait end with it; another's do not."""
    left = """SELECT (SELECT count(*) FROM login_sessions WHERE ended_at IS NULL AND person_id = %(who)s),
                     (SELECT count(*) FROM api_tokens WHERE ended_at IS NULL AND person_id = %(who)s),
                     (SELECT count(*) FROM invitations WHERE withdrawn_at IS NULL AND person_id = %(who)s),
                     (SELECT count(*) FROM memberships WHERE valid_to IS NULL AND person_id = %(who)s)"""
    tell(service, "clock", HERE)
    for person in (few.staff, few.manager):
        service.execute(
            "INSERT INTO login_sessions (token_hash, person_id, created_at, last_seen_at) VALUES (%s, %s, now(), now())",
            [person.bytes, person],
        )
        service.execute(
            "INSERT INTO api_tokens (id, person_id, name, token_hash, created_at) VALUES (%s, %s, '', %s, now())",
            [uuid4(), person, person.bytes],
        )
        email = service.execute("SELECT email FROM persons WHERE id = %s", [person]).fetchone()
        service.execute(INVITE, [uuid4(), *(email or ()), "staff", HERE, None])
    assert service.execute(left, {"who": few.staff}).fetchone() == (1, 1, 1, 1)
    tell(service, "drc", HERE, person=few.secretariat)
    service.execute("SELECT app.disable(%s, 'fordi')", [few.staff])
    tell(service, "clock", HERE)
    assert service.execute(left, {"who": few.staff}).fetchone() == (0, 0, 0, 0)
    assert service.execute(left, {"who": few.manager}).fetchone() == (1, 1, 1, 1), "the control"
    tell(service, "door", person=few.staff)
    assert service.execute("SELECT app.password()").fetchone() == (None,)


def test_the_last_role_takes_the_ways_in_with_it(service: psycopg.Connection, few: Few) -> None:
    """Else who comes back a year later finds the keys of then in use. The control: with a role left they stay."""
    me = few.staff
    count = "SELECT count(*) FROM api_tokens WHERE ended_at IS NULL AND person_id = %s"
    tell(service, "clock", HERE, THERE)
    service.execute(
        "INSERT INTO api_tokens (id, person_id, name, token_hash, created_at) VALUES (%s, %s, '', %s, now())",
        [uuid4(), me, me.bytes],
    )
    service.execute(
        "INSERT INTO memberships (id, person_id, role, municipality_code) VALUES (%s, %s, 'staff', %s)",
        [uuid4(), me, THERE],
    )
    for code, left in ((THERE, 1), (HERE, 0)):
        service.execute(
            "SELECT app.end_role(id, 'fordi') FROM memberships WHERE person_id = %s AND municipality_code = %s",
            [me, code],
        )
        assert service.execute(count, [me]).fetchone() == (left,)


def invite(connection: psycopg.Connection, few: Few, role: str = "manager") -> UUID:
    """A manager's invitation of somebody, whose link is mailed: its id."""
    tell(connection, "municipality", HERE, person=few.manager)
    made = connection.execute(INVITE, [uuid4(), "ny@example.dk", role, HERE, None]).fetchone()
    assert made
    key: UUID = made[0]
    tell(connection, "clock", HERE)
    connection.execute(f"UPDATE invitations SET token_hash = {ITS_HASH} WHERE id = %s".encode(), [key])
    return key


ACCEPT = "SELECT app.accept(%s, %s, 'hash')"


@pytest.mark.parametrize(
    ("meanwhile", "taken_up"),
    [
        ("SELECT 1", True),  # the control
        ("UPDATE invitations SET expires_at = now()", False),
        ("UPDATE invitations SET withdrawn_at = now()", False),
        ("UPDATE invitations SET used_at = now()", False),
        ("UPDATE memberships SET valid_to = app.today() WHERE role = 'manager'", False),
        ("UPDATE persons SET disabled_at = now() WHERE email LIKE 'leder%'", False),
        ("UPDATE persons SET disabled_at = now() WHERE email = 'ny@example.dk'", False),
    ],
)
def test_an_invitation_is_worth_what_its_maker_may_still_give(
    service: psycopg.Connection, few: Few, meanwhile: str, taken_up: bool
) -> None:
    invite(service, few)
    service.execute(meanwhile.encode())
    tell(service, "door")
    assert service.execute(ACCEPT, [SECRET, uuid4()]).fetchone() == (taken_up,)
    tell(service, "clock", HERE)
    held = service.execute(
        "SELECT count(*) FROM memberships m JOIN persons p ON p.id = person_id WHERE email = 'ny@example.dk'"
    ).fetchone()
    assert held == (int(taken_up),)


def test_an_invitation_is_taken_up_once(service: psycopg.Connection, few: Few) -> None:
    invite(service, few)
    tell(service, "door")
    assert service.execute(ACCEPT, [SECRET, uuid4()]).fetchone() == (True,)
    assert service.execute(ACCEPT, [SECRET, uuid4()]).fetchone() == (False,)


@pytest.mark.parametrize("office", [office for office in Office if office is not Office.CLOCK])
def test_nobody_chooses_or_reads_the_secret_of_a_link(
    service: psycopg.Connection, few: Few, owner: psycopg.Connection, office: Office
) -> None:
    """Not of one that one made oneself either, as the one who asks for a new password would open any account. Its hash is nothing to
    open it with. The control: unattended work writes it (`invite`).
    """
    key = invite(service, few)
    service.commit()
    mine = f"UPDATE invitations SET token_hash = {ITS_HASH}, used_at = NULL WHERE id = %s RETURNING true"
    for name, asker in askers(few).items():
        if asker[0] is not office:
            continue
        as_(service, asker)
        assert not got_through(service, mine, key), name
        as_(service, asker)
        assert not got_through(service, "SELECT app.accept(token_hash, %s, 'hash') FROM invitations", uuid4()), name
    as_(service, (office, None, ()))
    if office is Office.DOOR:
        asked = service.execute("SELECT app.ask_for_password(%s)", [MANAGER]).fetchone()
        row = service.execute("SELECT person_id, token_hash FROM invitations WHERE id = %s", asked).fetchone()
        assert row == (few.manager, None)
        service.execute("SELECT app.ask_for_password('ingen@example.dk')")
        assert service.execute("SELECT count(*) FROM invitations WHERE person_id IS NULL").fetchone() == (1,)
    else:
        with pytest.raises(InsufficientPrivilege):
            service.execute("SELECT app.ask_for_password(%s)", [MANAGER])


def test_a_new_password_by_mail_ends_what_was_begun_with_the_one_before(service: psycopg.Connection, few: Few) -> None:
    """The control: the sessions of others go on, and an invitation sets no password of one who has one."""
    me, other = few.manager, few.staff
    tell(service, "clock")
    for person in (me, other):
        service.execute(
            "INSERT INTO login_sessions (token_hash, person_id, created_at, last_seen_at) VALUES (%s, %s, now(), now())",
            [person.bytes, person],
        )
    tell(service, "door")
    service.execute("SELECT app.ask_for_password(%s)", [MANAGER])
    tell(service, "clock")
    service.execute(f"UPDATE invitations SET token_hash = {ITS_HASH}".encode())
    tell(service, "door")
    assert service.execute(ACCEPT, [SECRET, uuid4()]).fetchone() == (True,)
    tell(service, "clock", person=me)
    assert service.execute("SELECT app.password()").fetchone() == ("hash",)
    living = service.execute("SELECT person_id FROM login_sessions WHERE ended_at IS NULL").fetchall()
    assert living == [(other,)]


def test_a_manager_lets_nobody_in_whom_drc_has_shut_out(service: psycopg.Connection, few: Few) -> None:
    """The control: the secretariat does."""
    email = STAFF
    for office, person, in_ in (
        (Office.MUNICIPALITY, few.manager, False),
        (Office.DRC, few.secretariat, True),
    ):
        service.rollback()
        tell(service, "clock", HERE)
        service.execute("SELECT app.disable(%s, 'fordi')", [few.staff])
        tell(service, office, HERE, person=person)
        assert got_through(service, INVITE, uuid4(), email, "manager", HERE, None) is in_


def test_the_functions_of_the_functions_are_not_for_the_service(service: psycopg.Connection, few: Few) -> None:
    for statement in (
        "SELECT app.holds(NULL, 'secretariat', NULL)",
        "SELECT app.may_give('clock', NULL, 'staff', NULL)",
        "SELECT app.gives('staff', NULL)",
        "SELECT app.end_ways_in(NULL)",
        "SELECT app.oversees('0580')",
    ):
        as_(service, (Office.DRC, few.secretariat, (HERE,)))
        with pytest.raises(InsufficientPrivilege):
            service.execute(statement.encode())


def test_a_municipalitys_people_are_shown_to_its_manager(
    service: psycopg.Connection, few: Few, owner: psycopg.Connection
) -> None:
    """And to DRC and unattended work; to nobody else, and a neighbour's to no manager. The control: a check that lets all through."""
    invite(service, few)
    service.commit()

    def shown() -> dict[str, tuple[int, ...]]:
        found = {}
        for name, asker in askers(few).items():
            as_(service, asker)
            counts = (
                service.execute(f"SELECT count(*) FROM app.{function}(%s)".encode(), [HERE]).fetchone()
                for function in ("people_of", "invitations_of")
            )
            found[name] = tuple(row[0] for row in counts if row)
        return found

    who = {name for name, counts in shown().items() if counts == (2, 1)}
    assert who == {name for name in askers(few) if name.startswith(("drc", "clock"))} | {"municipality manager"}
    assert {counts for name, counts in shown().items() if name not in who} == {(0, 0)}
    with loosened(owner, "app.oversees(text)", "SELECT true"):
        assert set(shown().values()) == {(2, 1)}
