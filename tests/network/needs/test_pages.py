"""The pages and the API of needs and capacity: what stands there, for whom, by how many questions to the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, update

from service.network.needs import operations, reallocations
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.models import ScopePeriod
from tenants.reach import clock
from tests.network.needs.conftest import Border
from tests.support.telling import tells
from tests.support.world import HERE, THERE, World, need_of, scope
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, STAFF, Asker, askers

NOTHING: dict[str, Any] = {"remark": ""}


@pytest.fixture
def people(app: Flask, border: Border, world: World) -> dict[str, Asker]:
    return askers(app, world)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile, without those that say whose rows may be seen."""
    found: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not tells(statement):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", keep)


def cells(page: str, name: str) -> list[str]:
    """The cells of a table's row, by its heading."""
    row = next(r for r in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL) if f">{name}<" in r and "<td" in r)
    return [re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]


def test_the_board_has_all_98_twice_and_aa_last(people: dict[str, Asker]) -> None:
    page = people[SECRETARIAT].ask("GET", "/kapacitet").text
    tiles = re.findall(r'<li class="tile ', page)
    assert len(tiles) == 98
    names = re.findall(r'<th scope="row"[^>]*>([^<]+)</th>', page)
    assert names == ["Tønder", "Aabenraa", "Alle kommuner"], (
        "the others are folded: nothing lacks there and nothing is free"
    )
    folded = re.findall(r"ledigt: 96</summary>\s*<div[^>]*>([^<]+)</div>", page)
    others = folded[0].strip().split(", ")
    assert len({*others, *names[:-1]}) == 98
    assert others[-2:] == ["Aalborg", "Aarhus"]
    assert "Christiansø" not in page
    assert cells(page, "Aabenraa")[:2] == ["5", "2"]
    assert cells(page, "Tønder")[:2] == ["5", "11"]
    assert cells(page, "Alle kommuner")[:2] == ["10", "13"], "the shared group has noted nothing"
    assert page.count("mangler 5") == 2


def test_the_board_by_kind_is_the_same_figures(people: dict[str, Asker]) -> None:
    page = people[CONSULTANT].ask("GET", "/kapacitet?type=mentor").text
    assert cells(page, "Tønder")[:2] == ["0", "1"]
    items = people[CONSULTANT].ask("GET", "/api/v1/capacity?kind=mentor").json["items"]  # type: ignore[index]
    assert len(items) == 98
    assert {(i["lacking"], i["free"]) for i in items if i["municipality_code"] == THERE} == {(0, 1)}
    assert people[CONSULTANT].ask("GET", "/api/v1/capacity?kind=housing_placement").status_code == 404


def test_a_page_asks_at_most_ten_questions(app: Flask, people: dict[str, Asker], border: Border) -> None:
    """However many needs there are."""
    pages = {
        CONSULTANT: ("/kapacitet", "/kapacitet/flytninger", f"/grupper/{border.near}/kapacitet"),
        SECRETARIAT: (
            f"/kommuner/{HERE}/behov",
            f"/kommuner/{HERE}/behov/{border.need}",
            f"/kommuner/{HERE}/behov/{border.need}/svar",
        ),
        STAFF: (f"/kommuner/{HERE}/behov", f"/kommuner/{HERE}/behov/{border.need}"),
    }
    with app.app_context():
        engine = db.engine

    def asked() -> dict[str, int]:
        found = {}
        for who, addresses in pages.items():
            for address in addresses:
                with counted(engine) as statements:
                    assert people[who].ask("GET", address).status_code == 200
                found[f"{who}: {address}"] = len(statements)
        return found

    few = asked()
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        for number in range(1, 31):
            row = operations.say(HERE, need_of("mentor", number))
            if number < 2:
                reallocations.answer(row.id, {**NOTHING, "group_id": border.far, "number": 1})
    many = asked()
    assert max(many.values()) <= 10, many
    assert max(many[address] - few[address] for address in few) <= 1, (few, many)


def test_a_municipality_says_and_follows_its_need_by_page(people: dict[str, Asker]) -> None:
    staff = people[STAFF]
    warned = staff.ask(
        "POST", f"/kommuner/{HERE}/behov/nyt", {"kind": "mentor", "number": "2", "remark": "ring 22 33 44 55"}
    )
    assert warned.status_code == 422
    assert "Det ligner et telefonnummer (“22 33 44 55”). Skriv om typer og antal, aldrig om personer." in warned.text
    assert 'value="2"' in warned.text, "what was typed is kept"
    said = staff.ask("POST", f"/kommuner/{HERE}/behov/nyt", {"kind": "mentor", "number": "2", "languages-ar": "1"})
    assert said.status_code == 302
    page = staff.ask("GET", said.headers["Location"]).text
    assert "2 mentorer" in page
    assert "arabisk" in page
    assert "Fjern" not in page, "no group is named to the municipality before it is in its sight"
    assert staff.ask("POST", said.headers["Location"] + "/svar", {}).status_code == 404, "DRC answers"


def test_the_municipality_sees_the_free_numbers_that_are_shared(people: dict[str, Asker]) -> None:
    page = people[MANAGER].ask("GET", f"/kommuner/{HERE}/netvaerk/ledigt").text
    assert "2 netværksfamilier" in page
    assert "10 netværksfamilier" not in page, "the neighbour's group is not shared"


def test_where_the_scope_does_not_open_needs_they_are_not_there(
    app: Flask, people: dict[str, Asker], world: World, border: Border
) -> None:
    """By page, by API and in the navigation. DRC reads them still: what was said stays."""
    with app.app_context(), acting_for(clock([HERE])), transaction():
        closed = scope(world.month, "x", capabilities=frozenset())
        db.session.execute(update(ScopePeriod).values(stored_scope=closed.to_plain()))
    staff = people[STAFF]
    for address in (f"/kommuner/{HERE}/behov", f"/kommuner/{HERE}/behov/{border.need}", f"/api/v1/needs/{border.need}"):
        assert staff.ask("GET", address).status_code == 404, address
        assert people[SECRETARIAT].ask("GET", address).status_code == 200, address
    assert staff.ask("GET", "/api/v1/needs").json["items"] == []  # type: ignore[index]
    sent = {"municipality_code": HERE, "kind": "mentor", "number": 1}
    assert staff.ask("POST", "/api/v1/needs", sent).status_code == 422
    assert f"/kommuner/{HERE}/behov" not in staff.ask("GET", f"/kommuner/{HERE}").text


def test_the_api_from_said_to_given_back(people: dict[str, Asker], border: Border) -> None:
    staff, consultant, secretariat = people[STAFF], people[CONSULTANT], people[SECRETARIAT]
    sent = {
        "municipality_code": HERE,
        "kind": "network_family",
        "number": 2,
        "languages": ["ar"],
        "needed_by": "2099-05-01",
    }
    need = staff.ask("POST", "/api/v1/needs", sent).json
    assert need is not None
    assert (need["state"], need["given"], need["days_waited"]) == ("open", 0, 0)
    found = consultant.ask("GET", f"/api/v1/needs/{need['id']}/candidates").json["items"]  # type: ignore[index]
    assert [(each["name"], each["near"], each["asked"]) for each in found] == [
        ("Nær", "home", False),
        ("Fjern", "region", True),
    ]
    move = consultant.ask("POST", f"/api/v1/needs/{need['id']}/answer", {"group_id": str(border.far), "number": 2}).json
    assert move is not None
    assert move["state"] == "proposed"
    assert consultant.ask("POST", f"/api/v1/moves/{move['id']}/accept").status_code == 409
    assert secretariat.ask("POST", f"/api/v1/moves/{move['id']}/accept").json["state"] == "agreed"  # type: ignore[index]
    accepted = staff.ask("POST", f"/api/v1/needs/{need['id']}/accept", {"remark": "Tak"}).json
    assert accepted is not None
    assert (accepted["state"], accepted["given"]) == ("accepted", 2)
    assert staff.ask("POST", f"/api/v1/needs/{need['id']}/progress", {"in_place": 3}).status_code == 422
    back = secretariat.ask("POST", f"/api/v1/moves/{move['id']}/give-back", {"remark": "Fortrudt"}).json
    assert back is not None
    assert back["state"] == "given_back"
    again = staff.ask("GET", f"/api/v1/needs/{need['id']}").json
    assert again is not None
    assert (again["state"], again["given"]) == ("open", 0)
    assert staff.ask("GET", "/api/v1/moves").status_code == 404


def test_a_groups_numbers_by_page_and_by_api(people: dict[str, Asker], border: Border) -> None:
    consultant = people[CONSULTANT]
    page = consultant.ask("GET", f"/grupper/{border.near}/kapacitet").text
    row = re.search(r'name="free-(\d+)-kind" value="mentor"', page)
    assert row is not None
    sent = {f"free-{row[1]}-kind": "mentor", f"free-{row[1]}-free": "4"}
    assert consultant.save(f"/grupper/{border.near}/kapacitet", sent).status_code == 302
    wrong = consultant.save(f"/grupper/{border.near}/kapacitet", {**sent, f"free-{row[1]}-free": "mange"})
    assert wrong.status_code == 422
    assert "helt tal" in wrong.text
    kept = consultant.ask("GET", f"/api/v1/groups/{border.near}/capacity").json
    assert kept is not None
    assert [(each["kind"], each["free"], each["old"]) for each in kept["free"]] == [("mentor", 4, False)]
    put = consultant.ask(
        "PUT", f"/api/v1/groups/{border.near}/capacity", {"free": [{"kind": "housing_placement", "free": 1}]}
    )
    assert put.status_code == 422
    shown = people[STAFF].ask("GET", f"/api/v1/groups/{border.near}/capacity").json
    assert shown == kept | {"version": None}, "as the share shows it; it is DRC's to change"
    assert people[STAFF].ask("GET", f"/api/v1/groups/{border.far}/capacity").status_code == 404


def test_the_start_pages_tell_what_waits(app: Flask, people: dict[str, Asker], border: Border) -> None:
    monday = people[CONSULTANT].ask("GET", "/").text
    assert "Mangler 5 netværksfamilier" in monday
    assert f"/kommuner/{HERE}/behov/{border.need}" in monday
    with app.app_context(), acting_for(border.ours), transaction():
        reallocations.answer(border.need, {**NOTHING, "group_id": border.near, "number": 2})
    start = people[STAFF].ask("GET", f"/kommuner/{HERE}").text
    assert "DRC har svaret: 5 netværksfamilier" in start
    assert "1 behov er ikke dækket endnu" in start


# What is folded away


def folded(page: str, summary: str) -> tuple[bool, str]:
    """Whether what is folded under a summary is open, and what stands in it."""
    found = re.search(
        rf'<details class="details"( open)?>\s*<summary[^>]*>{summary}</summary>(.*?)</details>', page, re.DOTALL
    )
    assert found, summary
    return bool(found[1]), found[2]


def test_a_folded_form_that_was_refused_is_open_with_what_was_typed(people: dict[str, Asker], border: Border) -> None:
    typed, consultant = "Ring til 22 33 44 55", people[CONSULTANT]
    given = {"group_id": str(border.far), "number": 1, "remark": ""}
    move = consultant.ask("POST", f"/api/v1/needs/{border.need}/answer", given).json
    assert move is not None
    need = f"/kommuner/{HERE}/behov/{border.need}"
    for who, page, act, name, summary in (
        (consultant, need, f"{need}/traek", "reason", "Behovet er der ikke mere"),
        (people[SECRETARIAT], f"/kapacitet/flytninger/{move['id']}", f"/kapacitet/flytninger/{move['id']}/nej", "remark", "Sig nej"),
    ):  # fmt: skip
        assert not folded(who.ask("GET", page).text, summary)[0], "the control: nobody has tried"
        answer = who.ask("POST", act, {name: typed})
        assert answer.status_code == 422
        is_open, inside = folded(answer.text, summary)
        assert is_open, summary
        assert typed in inside
