"""The pages of volunteers: what is typed is kept, doubles are shown first, and a list costs the same however long it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from service.platform.ledger.models import NationalLedgerEntry
from service.volunteer.certificates import operations as certificates
from service.volunteer.volunteers import operations, queries
from service.volunteer.volunteers.models import Volunteer
from tenants.calendar import day_of
from tenants.database import db, now
from tests.support.pages import search
from tests.support.telling import tells
from tests.support.world import HERE, World
from tests.volunteer.volunteers.conftest import group, person
from tests.walls.ways import CONSULTANT, SECRETARIAT, Asker, askers

Act = Callable[[], Any]


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Asker]:
    return askers(app, world)


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that PostgreSQL is sent meanwhile, without those that only tell it whose rows are in reach."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not tells(statement):
            said.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_that_a_role_does_not_meet_the_children_is_offered_where_there_are_any(
    people: dict[str, Asker], everywhere: Act
) -> None:
    for themes, children, offered in (
        ({"language_cafe"}, "as_group", ""),
        ({"language_cafe"}, "yes", "Møder ikke børnene"),
        ({"homework_help"}, "as_group", "Møder ikke børnene"),
        ({"homework_help"}, "no", "Møder børn, som gruppen gør"),
    ):
        with everywhere():
            key = person(f"Kim {children}")
            certificates.verify(key, day_of(now()))
            role = {"group_id": group("Gruppen", themes=themes), "role": "member", "children": children}
            operations.start_role(key, role)
        page = people[CONSULTANT].client.get(f"/frivillige/{key}").text
        found = re.findall(r">(Møder [^<]*)<span", page)
        assert found == [offered] * bool(offered), (themes, children)


def test_a_page_of_the_list_is_at_most_eight_queries(app: Flask, people: dict[str, Asker], everywhere: Act) -> None:
    with everywhere():
        groups = [group(f"Gruppe {number}") for number in range(3)]
        for number in range(60):
            key = person(f"Person {number:02d}")
            operations.start_role(key, {"group_id": groups[number % 3], "role": "member"})
    for address in (
        "/frivillige",
        "/frivillige?status=active&kommune=0580&attest=missing",
        f"/frivillige?gruppe={groups[0]}",
    ):
        with counted(app) as said:
            assert people[SECRETARIAT].ask("GET", address).status_code == 200
        assert len(said) <= 8, (address, said)
    with counted(app) as said:
        first = people[SECRETARIAT].ask("GET", "/frivillige").text
    following = re.search(r'href="([^"]+)" rel="next"', first)
    assert following is not None
    second = people[SECRETARIAT].ask("GET", following[1].replace("&amp;", "&")).text
    assert ("Person 00" in first, "Person 59" in first) == (True, False)
    assert ("Person 00" in second, "Person 59" in second) == (False, True)


def test_a_double_is_shown_before_it_is_saved(app: Flask, people: dict[str, Asker], everywhere: Act) -> None:
    with everywhere():
        there = person("Kim Prøve", phone="12 34 56 78")
    form = {"name": "Kim <b>P</b>", "phone": "+45 12345678", "home_code": HERE, "languages-ar": "1"}
    asked = people[CONSULTANT].ask("POST", "/frivillige/ny", form)
    assert asked.status_code == 422
    assert f"/frivillige/{there}" in asked.text
    assert "samme telefonnummer" in asked.text
    assert 'value="Kim &lt;b&gt;P&lt;/b&gt;"' in asked.text, "what was typed is kept"
    with everywhere():
        assert db.session.scalar(select(func.count()).select_from(Volunteer)) == 1
    assert people[CONSULTANT].ask("POST", "/frivillige/ny", {**form, "anyway": "1"}).status_code == 302
    with everywhere():
        assert db.session.scalar(select(func.count()).select_from(Volunteer)) == 2


def test_a_role_without_a_certificate_is_refused_with_the_reason(
    app: Flask, people: dict[str, Asker], everywhere: Act
) -> None:
    with everywhere():
        key, homework = person("Kim Prøve"), group("Lektiecafe", themes={"homework_help"})
    role = {"group_id": str(homework), "role": "member", "children": "as_group"}
    answer = people[CONSULTANT].ask("POST", f"/frivillige/{key}/roller", role)
    assert answer.status_code == 422
    assert "ikke set en gyldig børneattest" in answer.text
    today = f"{day_of(now()):%d-%m-%Y}"
    assert people[CONSULTANT].ask("POST", f"/frivillige/{key}/boerneattest", {"verified_on": today}).status_code == 302
    assert people[CONSULTANT].ask("POST", f"/frivillige/{key}/roller", role).status_code == 302


def test_the_same_through_the_api(app: Flask, people: dict[str, Asker], everywhere: Act) -> None:
    with everywhere():
        homework = group("Lektiecafe", themes={"homework_help"})
    asker = people[CONSULTANT]
    made = asker.ask(
        "POST", "/api/v1/volunteers", {"name": "Kim Prøve", "home_code": HERE, "email": "kim@frivillig.example"}
    )
    assert made.status_code == 201, made.text
    assert made.json is not None
    path = f"/api/v1/volunteers/{made.json['id']}"
    double = asker.ask(
        "POST", "/api/v1/volunteers", {"name": "Kim P.", "home_code": HERE, "email": "kim@frivillig.example"}
    )
    assert double.status_code == 409
    assert double.json is not None
    assert double.json["errors"]["same_as"] == [made.json["id"]]
    role = {"group_id": str(homework), "role": "contact"}
    refused = asker.ask("POST", f"{path}/roles", role)
    assert refused.status_code == 422
    assert refused.json is not None
    assert "børneattest" in refused.json["errors"]["children"][0]
    assert asker.ask("POST", f"{path}/certificates", {"verified_on": day_of(now()).isoformat()}).status_code == 201
    held = asker.ask("POST", f"{path}/roles", role)
    assert held.status_code == 200
    assert held.json is not None
    assert [each["role"] for each in held.json["roles"]] == ["contact"]
    other = asker.ask("POST", "/api/v1/volunteers", {"name": "Kim Prøve", "home_code": HERE, "anyway": True}).json
    assert other is not None
    merged = asker.ask("POST", f"{path}/merge", {"lost_id": other["id"]})
    assert merged.status_code == 200
    assert merged.json is not None
    assert asker.ask("GET", f"/api/v1/volunteers/{other['id']}").status_code == 404
    assert asker.ask("POST", f"/api/v1/volunteers/merges/{merged.json['id']}/undo").status_code == 200
    assert asker.ask("GET", f"/api/v1/volunteers/{other['id']}").status_code == 200
    found = asker.ask("GET", "/api/v1/volunteers?q=prove&certificate=valid").json
    assert found is not None
    assert [each["id"] for each in found["items"]] == [made.json["id"]]


def test_two_entries_are_looked_at_merged_and_parted_on_pages(
    app: Flask, people: dict[str, Asker], everywhere: Act
) -> None:
    with everywhere():
        kept, lost = person("Kim Prøve"), person("Kim Prøve", email="kim@frivillig.example")
        certificates.verify(lost, day_of(now()))
    asker = people[CONSULTANT]
    assert f"/frivillige/{kept}/flet/{lost}" in asker.ask("GET", f"/frivillige/{kept}/flet").text
    preview = asker.ask("GET", f"/frivillige/{kept}/flet/{lost}")
    assert preview.status_code == 200
    assert "kim@frivillig.example" in preview.text
    with everywhere():
        assert queries.volunteer(lost), "a look changes nothing"
    assert asker.ask("POST", f"/frivillige/{kept}/flet/{lost}").status_code == 302
    assert asker.ask("GET", f"/frivillige/{lost}").status_code == 404
    undo = re.search(r'action="(/frivillige/fletninger/[^"]+)"', asker.ask("GET", f"/frivillige/{kept}/flet").text)
    assert undo is not None
    assert asker.ask("POST", undo[1]).status_code == 302
    assert asker.ask("GET", f"/frivillige/{lost}").status_code == 200


def test_each_look_at_a_person_is_in_the_ledger_and_a_search_without_what_was_typed(
    app: Flask, people: dict[str, Asker], everywhere: Act, world: World
) -> None:
    with everywhere():
        key = person("Kanariegul Prøve", HERE)
    for address in (
        f"/frivillige/{key}",
        f"/api/v1/volunteers/{key}",
        f"/frivillige/{key}/ret",
        search(people[CONSULTANT].client, "/frivillige", "kanariegul"),
    ):
        assert people[CONSULTANT].ask("GET", address).status_code == 200
    with everywhere():
        mine = select(NationalLedgerEntry).where(NationalLedgerEntry.person_id == world.consultant)
        rows = db.session.scalars(mine.order_by(NationalLedgerEntry.number))
        told = [(row.act, row.subject, row.details) for row in rows.all()]
    read: tuple[str, str, dict[str, Any]] = ("volunteer.read", f"volunteer:{key}", {})
    assert told == [read, read, read, ("volunteer.searched", "", {"hits": 1})]


def test_who_can_see_a_volunteer_and_why(app: Flask, people: dict[str, Asker], everywhere: Act) -> None:
    with everywhere():
        key: UUID = person("Kim Prøve")
    page = people[SECRETARIAT].ask("GET", f"/frivillige/{key}").text
    assert "En kommune ser aldrig en frivillig" in page
    assert "konsulent" in page
