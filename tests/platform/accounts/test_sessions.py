"""Sessions end at once: by hand, by a new password, by disabling, by time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Update, delete, select

from service.platform.accounts.models import LoginSession, Membership
from service.platform.accounts.rules import ABSOLUTE, IDLE, SEEN_EVERY
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.platform.accounts.conftest import MANAGER, of_person, of_sessions, signed_in
from tests.platform.accounts.test_sign_in import attempt
from tests.support.pages import token_of
from tests.support.world import PASSWORD, World, key_of

Browser = Callable[[UUID], FlaskClient]
Change = Callable[[Update], None]
NEW = "en ny og lang adgangskode"


def post(client: FlaskClient, address: str, **data: str) -> int:
    """Post a form of the account's page, with its token."""
    return client.post(address, data={"csrf_token": token_of(client.get("/min-konto").text), **data}).status_code


def copy_of(app: Flask, client: FlaskClient) -> FlaskClient:
    """A browser with the same cookie, as a thief would have it."""
    found, cookie = app.test_client(), client.get_cookie("partnerskab")
    assert cookie is not None
    found.set_cookie("partnerskab", cookie.value)
    return found


@pytest.mark.gate("7.4.1")
def test_signing_out_ends_the_session_and_not_only_the_cookie(app: Flask, manager: FlaskClient) -> None:
    thief = copy_of(app, manager)
    assert signed_in(thief)
    assert post(manager, "/log-ud") == 302
    assert not signed_in(manager)
    assert not signed_in(thief)


def test_ending_all_others_keeps_ones_own(browser: Browser, world: World, manager: FlaskClient) -> None:
    others, colleague = [browser(world.here.manager), browser(world.here.manager)], browser(world.here.staff)
    assert post(manager, "/min-konto/sessioner/afslut") == 302
    assert [signed_in(other) for other in others] == [False, False]
    assert signed_in(manager)
    assert signed_in(colleague), "another person's session is not ours to end"


def test_one_sign_in_is_ended_by_its_own_person_alone(
    app: Flask, browser: Browser, world: World, manager: FlaskClient
) -> None:
    other, colleague = browser(world.here.manager), browser(world.here.staff)
    page = other.get("/min-konto").text
    ends = set(re.findall(r"/min-konto/sessioner/[-0-9a-f]{36}/afslut", page))
    assert len(ends) == 1, "each is listed, and the one in use is not ended here"
    assert "Denne her" in page
    [mine] = ends
    token = token_of(colleague.get("/min-konto").text)
    assert colleague.post(mine, data={"csrf_token": token}).status_code == 404
    assert signed_in(manager)
    assert post(other, mine) == 302
    assert (signed_in(manager), signed_in(other)) == (False, True)


def test_what_a_browser_says_of_itself_is_shown_as_device(app: Flask, world: World) -> None:
    client = app.test_client()
    token = token_of(client.get("/log-ind").text)
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    sent = {"csrf_token": token, "email": MANAGER, "password": PASSWORD}
    client.post("/log-ind", data=sent, headers={"User-Agent": agent})
    assert "Firefox, Windows" in client.get("/min-konto").text


@pytest.mark.gate("6.2.2", "7.4.3")
def test_a_new_password_ends_the_others_and_the_old_one(
    app: Flask, browser: Browser, world: World, manager: FlaskClient
) -> None:
    other = browser(world.here.manager)
    assert post(manager, "/min-konto/adgangskode", old=PASSWORD, new=NEW) == 302
    assert signed_in(manager)
    assert not signed_in(other)
    assert attempt(app.test_client(), MANAGER, PASSWORD).status_code == 422
    assert attempt(app.test_client(), MANAGER, NEW).status_code == 302


@pytest.mark.gate("6.2.8", "6.2.9")
def test_a_password_of_any_length_with_spaces_around_it_opens_as_it_was_typed(
    app: Flask, world: World, manager: FlaskClient
) -> None:
    long = f" {'hest ketsjer lampe tag ' * 10}"
    assert post(manager, "/min-konto/adgangskode", old=PASSWORD, new=long) == 302
    for wrong in (long.strip(), long.upper(), long[:72], f" {long}"):
        assert attempt(app.test_client(), MANAGER, wrong).status_code == 422, wrong
    assert attempt(app.test_client(), MANAGER, long).status_code == 302


@pytest.mark.gate("6.2.1", "6.2.3")
@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("not the password", NEW, "old"),
        (PASSWORD, "kort", "new"),
        ("", NEW, "old"),
        (PASSWORD, "", "new"),
        (PASSWORD, "x" * 1001, "new"),
        (PASSWORD, "en lang\x00adgangskode", "new"),
    ],
)
def test_a_new_password_needs_the_old_one_and_to_be_long(
    browser: Browser, world: World, manager: FlaskClient, old: str, new: str, wrong: str
) -> None:
    """Nothing is changed or ended, and no password is shown again."""
    other = browser(world.here.manager)
    token = token_of(manager.get("/min-konto").text)
    answer = manager.post("/min-konto/adgangskode", data={"csrf_token": token, "old": old, "new": new})
    assert answer.status_code == 422
    assert f'id="{wrong}-error"' in answer.text
    assert not [value for value in (old, new) if value and value in answer.text]
    assert signed_in(other)


@pytest.mark.gate("7.4.2")
def test_disabling_a_person_ends_sessions_and_keys_at_once(
    app: Flask, world: World, manager: FlaskClient, change: Change
) -> None:
    with app.app_context():
        headers = {"Authorization": f"Bearer {key_of(world.here.manager)}"}
    assert signed_in(manager)
    assert manager.get("/api/v1/me", headers=headers).status_code == 200
    change(of_person(world.here.manager, disabled_at=now()))
    assert not signed_in(manager)
    assert manager.get("/api/v1/me", headers=headers).status_code == 401


@pytest.mark.gate("7.4.2")
def test_a_person_who_loses_their_place_is_out_at_once(app: Flask, world: World, manager: FlaskClient) -> None:
    with app.app_context(), acting_for(clock()), transaction():
        db.session.execute(delete(Membership).where(Membership.person_id == world.here.manager))
    assert not signed_in(manager)


@pytest.mark.gate("7.3.1")
def test_an_idle_session_ends(world: World, manager: FlaskClient, change: Change) -> None:
    change(of_sessions(world.here.manager, last_seen_at=now() - IDLE + dt.timedelta(minutes=5)))
    assert signed_in(manager)
    change(of_sessions(world.here.manager, last_seen_at=now() - IDLE))
    assert not signed_in(manager)
    assert manager.get("/").headers["Location"] == "/log-ind"


@pytest.mark.gate("7.3.2")
def test_an_old_session_ends_however_busy(world: World, manager: FlaskClient, change: Change) -> None:
    change(of_sessions(world.here.manager, created_at=now() - ABSOLUTE + dt.timedelta(minutes=5)))
    assert signed_in(manager)
    change(of_sessions(world.here.manager, created_at=now() - ABSOLUTE))
    assert not signed_in(manager)


@pytest.mark.gate("7.4.1")
def test_an_ended_session_does_not_come_back(world: World, manager: FlaskClient, change: Change) -> None:
    change(of_sessions(world.here.manager, ended_at=now(), last_seen_at=now() + ABSOLUTE))
    assert not signed_in(manager)


def test_use_is_noted_once_a_minute(app: Flask, world: World, manager: FlaskClient, change: Change) -> None:
    def seen() -> dt.datetime:
        with app.app_context(), acting_for(clock()), transaction():
            return db.session.scalars(
                select(LoginSession.last_seen_at).where(LoginSession.person_id == world.here.manager)
            ).one()

    just_now = now() - SEEN_EVERY / 2
    change(of_sessions(world.here.manager, last_seen_at=just_now))
    assert signed_in(manager)
    assert seen() == just_now
    change(of_sessions(world.here.manager, last_seen_at=now() - SEEN_EVERY))
    assert signed_in(manager)
    assert seen() > just_now


def test_the_page_lists_ones_own_sessions(browser: Browser, world: World, manager: FlaskClient) -> None:
    page = manager.get("/min-konto").text
    assert "/min-konto/sessioner/afslut" not in page
    browser(world.here.staff)
    assert manager.get("/min-konto").text.count("Logget ind ") == page.count("Logget ind "), (
        "another person's is not listed"
    )
    browser(world.here.manager)
    page_of_two = manager.get("/min-konto").text
    assert page_of_two.count("Logget ind ") == page.count("Logget ind ") + 1
    assert "/min-konto/sessioner/afslut" in page_of_two
