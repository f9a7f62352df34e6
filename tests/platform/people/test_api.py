"""People for programs, as DRC's secretariat and a municipality's manager keep them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from service.platform.people.models import Invitation
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.api.conftest import Program
from tests.support.people import STAFF, Few
from tests.support.world import HERE, THERE, key_of

OURS = f"/municipalities/{HERE}/people"
ASKED = {"email": "ny@kommune.example", "name": "Ny Kollega", "role": "staff", "reason": "Ansat i dag"}


@pytest.fixture
def secretariat(app: Flask, few: Few) -> Program:
    with app.app_context():
        return Program(app.test_client(), key_of(few.secretariat))


@pytest.fixture
def manager(app: Flask, few: Few) -> Program:
    with app.app_context():
        return Program(app.test_client(), key_of(few.manager))


@pytest.fixture
def others(app: Flask, few: Few) -> list[Program]:
    """Who keeps nobody."""
    with app.app_context():
        return [Program(app.test_client(), key_of(one)) for one in (few.consultant, few.staff)]


def asked(app: Flask) -> list[tuple[str | None, str | None]]:
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        return [(row.role, row.municipality_code) for row in db.session.scalars(select(Invitation))]


def test_the_secretariat_lists_reads_invites_and_shuts_out(app: Flask, few: Few, secretariat: Program) -> None:
    listed = {each["email"]: each for each in secretariat.read("/people")["items"]}
    assert len(listed) == 5
    staff = listed[STAFF]
    assert (staff["disabled"], staff["invited"]) == (False, False)
    assert [(role["role"], role["municipality_code"], role["territory"]) for role in staff["roles"]] == [
        ("staff", HERE, None)
    ]
    assert secretariat.read(f"/people/{few.staff}") == staff
    body = {**ASKED, "role": "manager", "municipality_code": THERE}
    assert secretariat.post("/people/invite", body).status_code == 201
    assert asked(app) == [("manager", THERE)]
    gone = secretariat.post(f"/people/{few.staff}/disable", {"reason": "Fratrådt"})
    assert gone.status_code == 200
    assert gone.json == {**staff, "disabled": True, "roles": []}
    assert secretariat.post(f"/people/{few.staff}/disable", {"reason": "Igen"}).status_code == 409
    assert secretariat.post(f"/people/{uuid4()}/disable", {"reason": "Ingen"}).status_code == 404


def test_a_manager_keeps_the_municipalitys_own(app: Flask, few: Few, manager: Program) -> None:
    listed = {each["email"]: each for each in manager.read(OURS)["items"]}
    assert len(listed) == 2
    assert manager.post(f"{OURS}/invite", ASKED).status_code == 201
    assert asked(app) == [("staff", HERE)]
    end = f"{OURS}/{listed[STAFF]['id']}/end"
    assert manager.post(end, {"reason": "Fratrådt"}).status_code == 204
    assert manager.post(end, {"reason": "Igen"}).status_code == 409
    assert STAFF not in {each["email"] for each in manager.read(OURS)["items"]}
    assert manager.post(f"{OURS}/{uuid4()}/end", {"reason": "Ingen"}).status_code == 404


def test_nobody_gives_what_is_not_theirs_or_elsewhere(
    app: Flask, few: Few, secretariat: Program, manager: Program, others: list[Program]
) -> None:
    """Who keeps nobody is answered as if there was nothing."""
    wrong = [
        (secretariat.post("/people/invite", {**ASKED, "municipality_code": HERE}), 422),  # staff are the manager's
        (secretariat.post("/people/invite", {**ASKED, "role": "manager", "municipality_code": "9999"}), 404),
        (secretariat.post("/people/invite", {**ASKED, "role": "consultant"}), 422),
        (manager.post(f"{OURS}/invite", {**ASKED, "role": "secretariat"}), 422),
        (manager.post(f"{OURS}/invite", {**ASKED, "municipality_code": THERE}), 422),
        (manager.post(f"/municipalities/{THERE}/people/invite", ASKED), 404),
        (manager.post("/people/invite", ASKED), 404),
        (manager.get("/people"), 404),
        (secretariat.get(OURS), 404),
    ]
    wrong += [
        (answer, 404)
        for other in others
        for answer in (
            other.get("/people"),
            other.get(f"/people/{few.staff}"),
            other.get(OURS),
            other.post(f"{OURS}/invite", ASKED),
            other.post("/people/invite", ASKED),
            other.post(f"/people/{few.staff}/disable", {"reason": "Nej"}),
        )
    ]
    assert [answer.status_code for answer, _wanted in wrong] == [wanted for _answer, wanted in wrong]
    assert asked(app) == []
