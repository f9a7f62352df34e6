"""The steps that end an agreement: the day and why, what follows from it, the reason; and the answer to what is proposed."""

from __future__ import annotations

import datetime as dt
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.partnership.agreements import operations, queries
from service.partnership.agreements.rules import AgreementState, Party
from service.platform.documents import queries as papers
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_after
from tenants.database import now, transaction
from tenants.reach import clock
from tests.support.pages import token_of
from tests.support.world import World, sign_in

pytestmark = pytest.mark.usefixtures("app")
MANAGER, STAFF = "leder.0580@kommune.example", "medarbejder.0580@kommune.example"
SECRETARIAT, CONSULTANT = "sekretariat@drc.example", "konsulent@drc.example"
DAY, WHY = dt.timedelta(days=1), "Kommunen omlægger indsatsen."


def start(world: World) -> str:
    return f"/kommuner/{world.here.code}/aftaler/{world.here.agreement}"


def ends_in_three_months() -> dt.date:
    return month_after(first_of(day_of(now())), 4) - DAY


def send(client: FlaskClient, page: str, address: str, body: dict[str, str]) -> tuple[int, str]:
    token = token_of(client.get(page).text)
    answer = client.post(address, data={"csrf_token": token, **body}, follow_redirects=True)
    return answer.status_code, answer.text


def state_of(app: Flask, world: World) -> str:
    with app.app_context(), acting_for(clock([world.here.code])), transaction():
        return queries.agreement(world.here.agreement).state


def test_a_manager_is_shown_the_day_and_what_follows_before_notice_is_given(app: Flask, world: World) -> None:
    manager, address = sign_in(app.test_client(), MANAGER), f"{start(world)}/slut/opsigelse"
    last = ends_in_three_months()
    assert address in manager.get(start(world)).text
    first = manager.get(address).text
    assert "Sidste dag, hvis aftalen opsiges i dag" in first
    assert str(last.year) in first
    second = manager.get(f"{address}?trin=2").text
    for words in ("Hvad lukker", "Der er ikke sket noget endnu", "Grupper, der skal have besked", "Hvad der gemmes"):
        assert words in second, words
    assert state_of(app, world) == AgreementState.CONCLUDED, "looking does nothing"
    third = f"{address}?trin=3&dag={last}&deling=by_days"
    status, text = send(manager, third, address, {"settlement": "by_days", "reason": ""})
    assert (status, state_of(app, world)) == (422, AgreementState.CONCLUDED)
    assert "Begrundelse" in text
    status, text = send(manager, third, address, {"settlement": "by_days", "reason": WHY})
    assert (status, state_of(app, world)) == (200, AgreementState.TERMINATED)
    assert f"Opsagt, slutter {last.day}." in text
    for page in ("", "/forpligtelser", "/aarsplan"):
        assert f"Opsagt, slutter {last.day}." in manager.get(f"/kommuner/{world.here.code}{page}").text, page
    assert "Den slutter allerede før tid" in manager.get(address).text


def test_who_binds_no_party_sees_what_follows_and_ends_nothing_and_drc_may_ask_what_if(
    app: Flask, world: World
) -> None:
    for who in (STAFF, CONSULTANT):
        client, day = sign_in(app.test_client(), who), day_of(now()) + DAY
        for way in ("opsigelse", "aftalt", "ophaevelse"):
            address = f"{start(world)}/slut/{way}"
            assert 'name="reason"' not in client.get(f"{address}?trin=3&dag={day}").text
            assert send(client, start(world), address, {"reason": WHY, "last_day": f"{day}"})[0] == 404
        assert "/slut/" not in client.get(start(world)).text
    asked = f"{start(world)}/hvis?dag={day_of(now()) + 10 * DAY}"
    assert sign_in(app.test_client(), STAFF).get(asked).status_code == 404
    answer = sign_in(app.test_client(), CONSULTANT).get(asked)
    assert answer.status_code == 200
    assert "Hvis aftalen sluttede" in answer.text
    assert sign_in(app.test_client(), SECRETARIAT).get(f"{start(world)}/slut/andet").status_code == 404


def test_what_drc_proposes_stands_on_the_start_page_until_the_manager_answers(app: Flask, world: World) -> None:
    drc, manager = sign_in(app.test_client(), SECRETARIAT), sign_in(app.test_client(), MANAGER)
    address, day = f"{start(world)}/slut/aftalt", day_of(now()) + 40 * DAY
    assert drc.get(f"{address}?trin=2&dag=engang").status_code == 422
    body = {"last_day": day.isoformat(), "settlement": "by_days", "reason": WHY}
    assert send(drc, f"{address}?trin=3&dag={day}", address, {**body, "last_day": "2020-01-01"})[0] == 422
    assert send(drc, f"{address}?trin=3&dag={day}", address, body)[0] == 200
    home = f"/kommuner/{world.here.code}"
    assert "Læs hvorfor, og svar" in manager.get(home).text
    staff = sign_in(app.test_client(), STAFF)
    assert "Venter på kommunens leder" in staff.get(home).text
    assert WHY in staff.get(start(world)).text
    assert "/forslag/" not in staff.get(start(world)).text
    _status, text = send(manager, start(world), f"{start(world)}/forslag/nej", {"remark": ""})
    assert "Skriv en begrundelse" in text
    _status, text = send(manager, start(world), f"{start(world)}/forslag/ja", {})
    assert "Slutter før tid" in text
    assert state_of(app, world) == AgreementState.ENDED_EARLY
    assert "Læs hvorfor, og svar" not in manager.get(home).text


def test_staff_see_whose_approval_is_awaited(app: Flask, world: World) -> None:
    here, staff = world.here, sign_in(app.test_client(), STAFF)
    home, page = f"/kommuner/{here.code}", f"/kommuner/{here.code}/aftaler/{here.offered}"
    assert "kommunens leder godkender den" in staff.get(home).text
    assert "Venter på kommunens leder" in staff.get(page).text
    with app.app_context(), acting_for(clock([here.code])), transaction():
        paper = papers.document(queries.agreement(here.offered).document_id or here.offered)
        operations.approve(here.offered, Party.MUNICIPALITY, here.manager, paper.sha256)
    for address in (home, page):
        assert "enter på DRC's sekretariat" in unescape(staff.get(address).text), address
