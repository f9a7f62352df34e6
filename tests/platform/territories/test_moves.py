"""Municipalities move between territories: by the page, and in SQL by nobody but the secretariat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from psycopg.errors import ExclusionViolation, InsufficientPrivilege
from sqlalchemy import delete, select

from config.embedded import Servers
from service.platform.accounts import queries as accounts
from service.platform.accounts.models import TerritoryMunicipality
from service.platform.ledger.models import LedgerEntry
from service.platform.territories import operations
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import Office, clock
from tests.support import people
from tests.support.pages import token_of
from tests.support.people import CONSULTANT, SECRETARIAT, Few
from tests.support.telling import tell
from tests.support.world import HERE, THERE, sign_in

PAGE = "/omraader/flyt?fra=Prøveland"
MOVE = "SELECT app.move_to_territory(%s, 'Nyland', %s, 'fordi')"


@pytest.fixture
def few(app: Flask) -> Few:
    """The people that there are; HERE is in Prøveland, THERE in no territory."""
    with app.app_context():
        return people.few()


def stays(app: Flask, code: str = HERE) -> list[tuple[str, dt.date, dt.date | None]]:
    with app.app_context(), acting_for(clock()), transaction():
        member = TerritoryMunicipality
        rows = db.session.scalars(
            select(member).where(member.municipality_code == code).order_by(member.valid_from)
        ).all()
        return [(row.territory, row.valid_from, row.valid_to) for row in rows]


def test_the_secretariat_moves_a_municipality_and_a_consultant_sees_it_from_that_day(app: Flask, few: Few) -> None:
    client, today = sign_in(app.test_client(), SECRETARIAT), day_of(now())
    later = today + dt.timedelta(days=30)
    page = client.get(PAGE).text
    sent = {"csrf_token": token_of(page), f"codes-m{HERE}": "1", "day": later.isoformat(), "reason": "Ny inddeling"}
    answer = client.post(PAGE, data={**sent, "territory": "", "new_name": ""})
    assert (answer.status_code, "Ny inddeling" in answer.text) == (422, True), "what was typed is kept"
    assert client.post(PAGE, data={**sent, "territory": "", "new_name": "Nyland"}).headers["Location"] == "/omraader"
    assert stays(app) == [("Prøveland", dt.date(2020, 1, 1), later), ("Nyland", later, None)]
    listed = client.get("/omraader").text
    assert "Ny inddeling" in listed
    assert "Nyland" in client.get(PAGE).text, "where it is to be"
    with app.app_context(), acting_for(clock([HERE])), transaction():
        assert accounts.codes_of_territories(["Nyland"], today) == frozenset()
        assert accounts.codes_of_territories(["Nyland"], later) == {HERE}
        assert db.session.scalars(
            select(LedgerEntry.act).where(LedgerEntry.municipality_code == HERE).order_by(LedgerEntry.number)
        ).all() == ["territory.moved"]
    back = {**sent, "territory": "Prøveland", "new_name": "", "day": today.isoformat()}
    assert client.post(PAGE, data=back).status_code == 302
    assert stays(app) == [("Prøveland", dt.date(2020, 1, 1), None)], "what was planned is planned no more"


def test_a_move_today_holds_at_once_and_one_in_no_territory_comes_into_one(app: Flask, few: Few) -> None:
    consultant, secretariat = sign_in(app.test_client(), CONSULTANT), sign_in(app.test_client(), SECRETARIAT)
    assert consultant.get(f"/kommuner/{HERE}").status_code == 200
    assert consultant.get("/omraader").status_code == 404
    today = day_of(now())
    in_none = "/omraader/flyt?fra="
    page = secretariat.get(in_none).text
    assert f"codes-m{THERE}" in page
    assert f"codes-m{HERE}" not in page
    sent = {"csrf_token": token_of(page), "day": today.isoformat(), "reason": "Rokade"}
    both = {f"codes-m{HERE}": "1", f"codes-m{THERE}": "1", "new_name": "Nyland"}
    assert secretariat.post(in_none, data={**sent, **both}).status_code == 302
    assert stays(app, THERE) == [("Nyland", today, None)]
    assert consultant.get(f"/kommuner/{HERE}").status_code == 404


def test_the_register_puts_in_territories_only_where_there_are_none(app: Flask) -> None:
    with app.app_context(), acting_for(clock()), transaction():
        assert operations.load() == 6
        db.session.execute(delete(TerritoryMunicipality).where(TerritoryMunicipality.territory != "Nordjylland"))
        assert operations.load() == 1


def test_the_page_of_a_territory_that_nobody_is_in_is_not_there(app: Flask, few: Few) -> None:
    assert sign_in(app.test_client(), SECRETARIAT).get("/omraader/flyt?fra=Ingenmandsland").status_code == 404


@pytest.fixture
def service(few: Few, place: Servers) -> Iterator[psycopg.Connection]:
    """A bare connection of the service's role. Nothing that is tried is kept."""
    with psycopg.connect(place.database_url) as connection:
        yield connection
        connection.rollback()


def moves(connection: psycopg.Connection, office: Office, person: object, *codes: str, day: dt.date) -> bool:
    """Whether a statement with that pass moves HERE."""
    connection.rollback()
    tell(connection, office, *codes, person=person)  # type: ignore[arg-type]
    try:
        connection.execute(MOVE, ([HERE], day))
    except InsufficientPrivilege:
        return False
    finally:
        connection.rollback()
    return True


def test_in_sql_the_secretariat_alone_moves_within_its_reach_and_not_in_the_past(
    service: psycopg.Connection, few: Few
) -> None:
    today = day_of(now())
    who = {
        "secretariat": few.secretariat,
        "consultant": few.consultant,
        "manager": few.manager,
        "staff": few.staff,
        "nobody": None,
    }
    let = {
        (office.value, name)
        for office in Office
        for name, person in who.items()
        if moves(service, office, person, HERE, THERE, day=today)
    }
    assert let == {("drc", "secretariat"), *(("clock", name) for name in who)}
    assert not moves(service, Office.DRC, few.secretariat, THERE, day=today), "out of reach"
    assert not moves(service, Office.DRC, few.secretariat, HERE, day=today - dt.timedelta(days=1))
    for office in (Office.DRC, Office.MUNICIPALITY, Office.DOOR, Office.LINK):
        tell(service, office, HERE, person=few.secretariat)
        assert service.execute("UPDATE territory_municipalities SET valid_to = NULL").rowcount == 0
        service.rollback()


def test_a_municipality_is_in_one_territory_at_a_time(service: psycopg.Connection) -> None:
    tell(service, "clock", HERE)
    with pytest.raises(ExclusionViolation):
        service.execute(
            "INSERT INTO territory_municipalities (territory, municipality_code, valid_from) VALUES ('To', %s, '2021-01-01')",
            [HERE],
        )
