"""Who keeps a provider, and who arrives by one, tried in SQL as the service's role: a statement that was slipped in has no word.

Read with `service/platform/identity_providers/writers.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from psycopg.errors import InsufficientPrivilege

from config.embedded import Servers
from tenants.reach import Office
from tests.support.people import STAFF, Few
from tests.support.people import few as make_few
from tests.support.telling import tell
from tests.support.world import HERE, THERE
from tests.walls.test_factors import word
from tests.walls.test_people import as_, askers

PROVIDER, NEWCOMER, SUBJECT, ADDRESS = UUID(int=7), UUID(int=8), "anna", "anna@kommune.example"
KEEP = "SELECT app.keep_provider(%s::jsonb)"
ARRIVE = "SELECT app.arrive(%s, %s, %s, %s, 'Anna', %s::text[], 'sendt', 'ikke mere', %s)"
CONNECT = "SELECT app.connect(%s, %s, %s)"
RELEASE = "SELECT app.release_login(%s, %s)"
TIE = "SELECT app.tie_anew(%s, %s, %s, %s)"


@pytest.fixture
def few(app: Flask) -> Few:
    """The people that there are."""
    with app.app_context():
        return make_few()


@pytest.fixture
def service(few: Few, place: Servers) -> Iterator[psycopg.Connection]:
    """A bare connection of the service's role."""
    with psycopg.connect(place.database_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def owner(app: Flask, place: Servers) -> Iterator[psycopg.Connection]:
    """The owner, who loosens a part."""
    with psycopg.connect(place.database_owner_url, autocommit=True) as connection:
        yield connection


@contextmanager
def without(owner: psycopg.Connection, function: str, demand: str, instead: str) -> Iterator[None]:
    """With a function that asks one thing less."""
    kept = owner.execute("SELECT pg_get_functiondef(%s::regprocedure)", [function]).fetchone()
    assert kept
    assert demand in kept[0]
    owner.execute(kept[0].replace(demand, instead).encode())
    try:
        yield
    finally:
        owner.execute(kept[0].encode())


def told(code: str, **changes: object) -> str:
    """A provider as it is kept."""
    blank = dict.fromkeys(("client_id", "tenant", "metadata_xml", "roles_claim", "manager_value", "staff_value"), "")
    switches = {"asks_second": False, "demanded": False, "switched_on": True}
    whole = {"municipality_code": code, "id": str(PROVIDER), "kind": "oidc", "issuer": "https://login.example"}
    return json.dumps({**blank, **switches, **whole, **changes})


@pytest.fixture
def provider(service: psycopg.Connection) -> None:
    """HERE's provider, switched on."""
    tell(service, "clock", HERE)
    service.execute(KEEP, [told(HERE)])
    service.commit()


def kept(service: psycopg.Connection, code: str) -> bool:
    """Whether the present person keeps a municipality's provider."""
    try:
        service.execute(KEEP, [told(code)])
    except InsufficientPrivilege:
        return False
    finally:
        service.rollback()
    return True


def test_the_secretariat_alone_keeps_a_provider(
    service: psycopg.Connection, owner: psycopg.Connection, few: Few
) -> None:
    """In its own office and within the pass. The control: without asking for the role, a consultant does."""
    may = set()
    for name, asker in askers(few).items():
        as_(service, asker)
        if kept(service, HERE):
            may.add(name)
    assert {name for name in may if not name.startswith("clock")} == {"drc secretariat"}
    as_(service, (Office.DRC, few.secretariat, (THERE,)))
    assert not kept(service, HERE), "it is out of reach"
    with without(owner, "app.keep_provider(jsonb)", "app.holds(app.person(), 'secretariat', NULL)", "true"):
        as_(service, (Office.DRC, few.consultant, (HERE,)))
        assert kept(service, HERE)


@pytest.mark.parametrize("office", Office)
def test_nobody_writes_a_provider_or_a_subject_beside_the_functions(
    service: psycopg.Connection, provider: None, few: Few, office: Office
) -> None:
    """Nor reads its secret beside DRC and unattended work."""
    add = "INSERT INTO provider_subjects (issuer, subject, person_id, municipality_code, provider_id, made_at, used_at)"
    for statement in (
        "UPDATE identity_providers SET issuer = 'https://mine.example'",
        "DELETE FROM identity_providers",
        f"{add} VALUES ('https://login.example', 'x', '{few.staff}', '{HERE}', '{PROVIDER}', now(), now())",
    ):
        as_(service, (office, few.staff, (HERE,)))
        if office is not Office.CLOCK or "identity_providers SET" in statement:
            with pytest.raises(InsufficientPrivilege):
                service.execute(statement.encode())
    as_(service, (office, few.staff, (HERE,)))
    seen = service.execute("SELECT count(*) FROM identity_providers").fetchone()
    assert seen == ((1,) if office in (Office.DRC, Office.CLOCK) else (0,))


def arrived(service: psycopg.Connection, said: str, sent: list[str], person: UUID = NEWCOMER) -> object:
    """Who has arrived, in the present transaction; None where nobody has, "refused" where there is no word."""
    try:
        row = service.execute(ARRIVE, [PROVIDER, SUBJECT, person, ADDRESS, sent, said]).fetchone()
    except InsufficientPrivilege:
        return "refused"
    return row and row[0]


def says(service: psycopg.Connection, sent: list[str], person: UUID = NEWCOMER) -> str:
    """The service's word for it."""
    return word(service, "arrived", PROVIDER, SUBJECT.encode().hex(), person, ADDRESS.encode().hex(), ",".join(sent))


LIES: dict[str, Callable[[psycopg.Connection], str | None]] = {
    "nothing": lambda service: None,
    "zeros": lambda service: "0" * 64,
    "for another": lambda service: says(service, ["staff"], uuid4()),
    "for another role": lambda service: says(service, ["manager"]),
    "for proving a session": lambda service: word(service, "proved", NEWCOMER),
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("office", [office for office in Office if office is not Office.LINK])
def test_nobody_arrives_without_the_services_word(
    service: psycopg.Connection, provider: None, few: Few, office: Office, lie: str
) -> None:
    """Whatever the pass. The control: with it they do."""
    as_(service, (office, few.secretariat, (HERE, THERE)))
    assert arrived(service, LIES[lie](service) or "", ["staff"]) == "refused"
    as_(service, (office, None, (HERE,)))
    assert arrived(service, says(service, ["staff"]), ["staff"]) == NEWCOMER


def test_a_provider_gives_no_other_roles(service: psycopg.Connection, provider: None, few: Few) -> None:
    """Also by the service's own word: of DRC's none, of another municipality's none, and it makes nobody of somebody who is there."""
    for sent in (["secretariat"], ["staff", "consultant"]):
        tell(service, "door")
        assert arrived(service, says(service, sent), sent) == "refused"
        service.rollback()
    tell(service, "door")
    assert arrived(service, says(service, ["staff"]), ["staff"]) == NEWCOMER
    assert service.execute("SELECT municipality_code FROM memberships WHERE person_id = %s", [NEWCOMER]).fetchall() == [
        (HERE,)
    ]


@pytest.mark.parametrize(
    ("change", "loosen"),
    [
        (
            "UPDATE persons SET disabled_at = now() WHERE id = %s",
            (" AND p.disabled_at IS NULL FOR UPDATE", " FOR UPDATE"),
        ),
        (
            f"UPDATE memberships SET municipality_code = '{THERE}' WHERE person_id = %s",
            (" OR app.is_elsewhere(whose, theirs.municipality_code)", ""),
        ),
    ],
    ids=["shut out", "elsewhere"],
)
def test_whoever_is_shut_out_or_elsewhere_does_not_arrive(
    service: psycopg.Connection,
    owner: psycopg.Connection,
    provider: None,
    change: str,
    loosen: tuple[str, str],
) -> None:
    """The control: without its question they would."""
    tell(service, "door")
    arrived(service, says(service, ["staff"]), ["staff"])
    service.commit()
    tell(service, "clock", HERE, THERE)
    service.execute(change.encode(), [NEWCOMER])
    service.commit()

    def comes() -> object:
        tell(service, "door")
        who = arrived(service, says(service, ["staff"]), ["staff"])
        service.rollback()
        return who

    assert comes() is None
    with without(owner, "app.arrive(uuid, text, uuid, text, text, text[], text, text, text)", *loosen):
        assert comes() == NEWCOMER


def test_nobody_connects_an_account_without_the_services_word(
    service: psycopg.Connection, provider: None, few: Few
) -> None:
    """The control: with it they do, their own."""
    for said in ("0" * 64, "of another"):
        tell(service, "municipality", HERE, person=few.staff)
        lie = (
            word(service, "connected", few.manager, PROVIDER, SUBJECT.encode().hex()) if said == "of another" else said
        )
        with pytest.raises(InsufficientPrivilege):
            service.execute(CONNECT, [PROVIDER, SUBJECT, lie])
        service.rollback()
    tell(service, "municipality", HERE, person=few.staff)
    said = word(service, "connected", few.staff, PROVIDER, SUBJECT.encode().hex())
    assert service.execute(CONNECT, [PROVIDER, SUBJECT, said]).fetchone() == (True,)


def test_a_login_is_let_go_by_a_manager_of_the_place_and_the_secretariat_alone(
    service: psycopg.Connection, owner: psycopg.Connection, provider: None, few: Few
) -> None:
    """And not one's own. The control: without asking for the role, one of the staff does."""
    tell(service, "municipality", HERE, person=few.staff)
    said = word(service, "connected", few.staff, PROVIDER, SUBJECT.encode().hex())
    service.execute(CONNECT, [PROVIDER, SUBJECT, said])
    service.commit()

    def lets_go() -> bool:
        try:
            return service.execute(RELEASE, [few.staff, HERE]).fetchone() == (True,)
        except InsufficientPrivilege:
            return False
        finally:
            service.rollback()

    may = set()
    for name, asker in askers(few).items():
        as_(service, asker)
        if lets_go():
            may.add(name)
    assert {name for name in may if not name.startswith("clock")} == {"drc secretariat", "municipality manager"}
    as_(service, (Office.DRC, few.secretariat, (THERE,)))
    assert not lets_go(), "it is out of reach"
    as_(service, (Office.MUNICIPALITY, few.staff, (HERE,)))
    assert not lets_go()
    with without(owner, "app.release_login(uuid, text)", "app.gives('manager', code)", "true"):
        as_(service, (Office.MUNICIPALITY, few.manager_there, (HERE,)))
        assert lets_go()
        as_(service, (Office.MUNICIPALITY, few.staff, (HERE,)))
        assert not lets_go(), "one's own"


def test_a_login_is_tied_anew_by_the_services_word_alone(service: psycopg.Connection, provider: None, few: Few) -> None:
    """For the provider, the name and the address that it is of. The control: with it, it is."""
    tell(service, "municipality", HERE, person=few.staff)
    said = word(service, "connected", few.staff, PROVIDER, SUBJECT.encode().hex())
    service.execute(CONNECT, [PROVIDER, SUBJECT, said])
    service.commit()
    tell(service, "clock", HERE)
    service.execute(RELEASE, [few.staff, HERE])
    service.commit()
    tell(service, "municipality", HERE, person=few.staff)
    parts = (PROVIDER, b"other".hex(), STAFF.encode().hex())
    for lie in ("0" * 64, word(service, "tied", PROVIDER, b"other".hex(), b"another@x".hex())):
        with pytest.raises(InsufficientPrivilege):
            service.execute(TIE, [PROVIDER, "other", STAFF, lie])
        service.rollback()
        tell(service, "municipality", HERE, person=few.staff)
    assert service.execute(TIE, [PROVIDER, "other", STAFF, word(service, "tied", *parts)]).fetchone() == (few.staff,)
