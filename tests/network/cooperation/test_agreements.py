"""Cooperation agreements are noted and ended by the group's consultant, take over from each other, and are DRC's alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from service.desk.monday import queries as monday
from service.network.cooperation import operations, queries
from service.network.cooperation.models import CooperationAgreement
from service.network.networks import operations as networks
from service.network.networks.rules import GroupStatus
from service.platform.lines import Line
from service.platform.web.errors import Invalid, Refusal
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import Office, Reach, clock
from tests.api.conftest import Program
from tests.support.world import HERE, THERE, World, group_of, key_of
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, askers

TODAY = day_of(now())


def ahead(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


@pytest.fixture
def group_id(app: Flask, world: World) -> UUID:
    """An active group at home HERE."""
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        return networks.create(group_of("Venneforeningen", HERE)).id


@pytest.fixture
def inside(app: Flask, group_id: UUID) -> Iterator[UUID]:
    """The group, within the application."""
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        yield group_id


def signed(first: int, last: int | None = None) -> dict[str, dt.date | None]:
    """An agreement signed in good time."""
    return {
        "signed_on": min(ahead(first), TODAY),
        "starts_on": ahead(first),
        "ends_on": None if last is None else ahead(last),
    }


def terms(group_id: UUID) -> list[tuple[dt.date, dt.date | None]]:
    return [(row.starts_on, row.ends_on) for row in queries.of_group(group_id)]


def test_a_new_one_takes_over(inside: UUID) -> None:
    operations.note(inside, signed(-400))
    operations.note(inside, signed(-30, 300))
    operations.note(inside, signed(10))
    assert terms(inside) == [(ahead(10), None), (ahead(-30), ahead(9)), (ahead(-400), ahead(-31))]
    with pytest.raises(Invalid) as refused:
        operations.note(inside, signed(10))
    assert list(refused.value.errors) == ["starts_on"]


def test_one_that_has_ended_stays_as_it_was(inside: UUID) -> None:
    operations.note(inside, signed(-400, -200))
    operations.note(inside, signed(-30) | {"starts_on": None})
    assert terms(inside) == [(ahead(-30), None), (ahead(-400), ahead(-200))]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"signed_on": ahead(1)}, "signed_on"),
        ({"signed_on": TODAY, "starts_on": ahead(-1)}, "starts_on"),
        ({"starts_on": ahead(5), "ends_on": ahead(4)}, "ends_on"),
    ],
)
def test_what_cannot_be_is_refused_by_field(inside: UUID, wrong: dict[str, dt.date], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        operations.note(inside, signed(0) | wrong)
    assert field in refused.value.errors
    assert terms(inside) == []


def test_the_newest_is_ended_and_goes_on(inside: UUID) -> None:
    older = operations.note(inside, signed(-400))
    newer = operations.note(inside, signed(-30))
    operations.end(inside, newer.id, ahead(20))
    assert terms(inside)[0] == (ahead(-30), ahead(20))
    operations.end(inside, newer.id, None)
    assert terms(inside)[0] == (ahead(-30), None)
    for row, day in ((older, None), (newer, ahead(-31))):
        with pytest.raises(Invalid):
            operations.end(inside, row.id, day)


def test_another_territorys_consultant_does_not_note(app: Flask, group_id: UUID) -> None:
    with app.app_context(), acting_for(Reach(Office.DRC, frozenset({THERE}))), transaction(), pytest.raises(Refusal):
        operations.note(group_id, signed(0))


def lines(kind: str) -> list[Line]:
    return [line for one in monday.gathered({HERE}, TODAY) if one.kind == kind for line in one.lines]


def test_monday_names_groups_without_one_and_those_that_end(inside: UUID) -> None:
    def mine(kind: str) -> list[dt.date]:
        return [line.day for line in lines(kind) if line.subject == str(inside)]

    assert mine("cooperation") == [TODAY], "since it is here"
    row = operations.note(inside, signed(-400, -3))
    assert mine("cooperation") == [ahead(-3)]
    operations.end(inside, row.id, ahead(90))
    assert (mine("cooperation"), mine("cooperation_ends")) == ([], [ahead(90)])
    operations.end(inside, row.id, ahead(91))
    assert (mine("cooperation"), mine("cooperation_ends")) == ([], [])
    operations.end(inside, row.id, ahead(40))
    operations.note(inside, signed(41))
    assert (mine("cooperation"), mine("cooperation_ends")) == ([], []), "what follows is signed"
    networks.set_status(inside, GroupStatus.RESTING)
    operations.end(inside, queries.of_group(inside)[0].id, ahead(50))
    assert mine("cooperation_ends") == [], "of active groups alone"


def test_the_page_notes_and_ends(app: Flask, world: World, group_id: UUID) -> None:
    people = askers(app, world)
    address = f"/grupper/{group_id}/samarbejdsaftaler"
    consultant = people[CONSULTANT]
    assert address in consultant.ask("GET", f"/grupper/{group_id}").text
    assert "Ingen aftale er noteret" in consultant.ask("GET", address).text
    typed = {"signed_on": f"{ahead(-9):%d-%m-%Y}", "starts_on": "", "ends_on": f"{ahead(-10):%d-%m-%Y}"}
    refused = consultant.ask("POST", f"{address}/ny", typed)
    assert refused.status_code == 422
    assert 'href="#ends_on"' in refused.text
    assert typed["signed_on"] in refused.text, "what was typed is kept"
    assert consultant.ask("POST", f"{address}/ny", typed | {"ends_on": ""}).status_code == 302
    page = consultant.ask("GET", address).text
    assert "Gyldig" in page
    with app.app_context(), acting_for(clock([HERE])), transaction():
        row = queries.of_group(group_id)[0].id
    last = {"ends_on": f"{ahead(30):%d-%m-%Y}"}
    assert consultant.save(f"{address}/{row}/slut", last, page=address).status_code == 302
    assert "Udløber snart" in consultant.ask("GET", address).text
    wrong = consultant.save(f"{address}/{row}/slut", {"ends_on": f"{ahead(-30):%d-%m-%Y}"}, page=address)
    assert wrong.status_code == 422
    anew = consultant.ask("GET", f"{address}/{row}/slut")
    assert (anew.status_code, anew.headers["Location"]) == (302, address), (
        "whoever loads the answer anew is back at the list"
    )
    other = f"/grupper/{world.shared_group}/samarbejdsaftaler/{row}/slut"
    assert people[SECRETARIAT].ask("POST", other, last).status_code == 404, "it is another group's"


def test_no_municipality_reads_it(app: Flask, world: World, group_id: UUID) -> None:
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        operations.note(group_id, signed(0))
    assert askers(app, world)[MANAGER].ask("GET", f"/grupper/{group_id}/samarbejdsaftaler").status_code == 404
    count = select(func.count()).select_from(CooperationAgreement)
    with app.app_context():
        for office, expected in ((Office.MUNICIPALITY, 0), (Office.LINK, 0), (Office.DRC, 1)):
            with acting_for(Reach(office, frozenset({HERE}))), transaction():
                assert db.session.scalar(count) == expected, office


def test_the_api_does_the_same(app: Flask, world: World, group_id: UUID) -> None:
    with app.app_context():
        consultant, manager = (
            Program(app.test_client(), key_of(one)) for one in (world.consultant, world.here.manager)
        )
    path = f"/groups/{group_id}/cooperation-agreements"
    assert consultant.read(path)["items"] == []
    made = consultant.post(path, {"signed_on": ahead(-9).isoformat()})
    assert made.status_code == 201, made.text
    assert made.json is not None
    assert (made.json["starts_on"], made.json["ends_on"], made.json["holds"]) == (ahead(-9).isoformat(), None, True)
    assert consultant.read(path)["items"] == [made.json]
    ended = consultant.post(f"{path}/{made.json['id']}/end", {"ends_on": ahead(-1).isoformat()})
    assert ended.json is not None
    assert ended.json["holds"] is False
    refused = consultant.post(path, {"signed_on": ahead(1).isoformat()})
    assert refused.status_code == 422
    assert manager.get(path).status_code == 404
