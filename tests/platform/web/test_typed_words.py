"""What was typed comes back after signing in anew, to whoever typed it and to nobody else, and is saved by nobody but them."""

from __future__ import annotations

import json
import re
import secrets
import zlib
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy import update

from service.platform.accounts.models import LoginSession
from service.platform.web.sealing import seal_of
from service.platform.web.typed_words import MAX_AGE, MAX_SEALED, opened
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.browser import served, visit
from tests.support.forms import forms_of
from tests.support.pages import token_of
from tests.support.people import MANAGER, STAFF, Few
from tests.support.people import few as make_few
from tests.support.world import HERE, PASSWORD, sign_in

FORM = f"/kommuner/{HERE}/medarbejdere/inviter"
OURS = {"Sec-Fetch-Site": "same-origin"}
TYPED = {"name": "Nina <Ny>", "email": "nina@kommune.example", "role": "staff", "reason": "Ansat i dag, æøå"}


@pytest.fixture
def few(app: Flask) -> Few:
    """The people that there are."""
    with app.app_context():
        return make_few()


@pytest.fixture
def client(app: Flask, few: Few) -> FlaskClient:
    """The manager's browser, with the form open, whose sign-in has ended."""
    found = sign_in(app.test_client(), MANAGER)
    found.get(FORM)
    with app.app_context(), acting_for(clock()), transaction():
        db.session.execute(update(LoginSession).values(ended_at=now()))
    return found


def send(client: FlaskClient, headers: dict[str, str] | None = None, **more: str) -> Any:
    data = {"csrf_token": token_of(client.get("/log-ind").text), **TYPED, **more}
    return client.post(FORM, data=data, headers=OURS if headers is None else headers)


def enter(client: FlaskClient, page: str, email: str = MANAGER) -> Any:
    """Sign in on a page that bears what was typed."""
    [form] = [form for form in forms_of(page) if form.action == "/log-ind"]
    return client.post("/log-ind", data={**form.sends, "email": email, "password": PASSWORD})


def test_it_is_back_in_the_form_after_signing_in_and_saved_by_pressing_save(app: Flask, client: FlaskClient) -> None:
    refused = send(client)
    assert refused.status_code == 401
    assert "Nina" not in refused.text, "sealed"
    back = enter(client, refused.text)
    assert back.status_code == 200
    [form] = [form for form in forms_of(back.text) if form.action == FORM]
    shown = client.post(FORM, data=form.sends)
    assert (shown.status_code, "Nina &lt;Ny&gt;" in shown.text) == (422, True), "in the form, and not saved"
    assert "Nina" not in client.get(f"/kommuner/{HERE}/medarbejdere").text
    [again] = [form for form in forms_of(shown.text) if form.action == FORM]
    assert "look_again" not in again.sends
    assert client.post(FORM, data=again.sends).status_code == 302
    assert "Nina" in client.get(f"/kommuner/{HERE}/medarbejdere").text


def test_another_who_signs_in_there_sees_nothing_of_it(client: FlaskClient) -> None:
    answer = enter(client, send(client).text, STAFF)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_a_wrong_password_loses_nothing(client: FlaskClient) -> None:
    [form] = [form for form in forms_of(send(client).text) if form.action == "/log-ind"]
    wrong = client.post("/log-ind", data={**form.sends, "email": MANAGER, "password": "forkert"})
    assert wrong.status_code == 422
    assert enter(client, wrong.text).status_code == 200


def test_a_browser_that_lost_its_cookie_gets_it_back_too(app: Flask, few: Few, client: FlaskClient) -> None:
    bare = app.test_client()
    refused = bare.post(FORM, data={"csrf_token": "gone", **TYPED}, headers=OURS)
    assert refused.status_code == 401
    assert enter(bare, refused.text).status_code == 200
    lost = bare.post(FORM, data={"csrf_token": "gone", **TYPED}, headers=OURS)
    assert lost.status_code == 400, "signed in, with a token of before"
    [form] = [form for form in forms_of(lost.text) if form.action == FORM]
    assert bare.post(FORM, data=form.sends).status_code == 422


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_what_another_site_sends_is_not_kept(
    app: Flask, few: Few, client: FlaskClient, headers: dict[str, str]
) -> None:
    """Signed in or not: else its words would stand in our form. The control: our own origin, by either header."""
    assert send(client, headers).status_code == 302
    signed_in = sign_in(app.test_client(), MANAGER)
    answer = signed_in.post(FORM, data={"csrf_token": "", **TYPED}, headers=headers)
    assert (answer.status_code, "Nina" in answer.text) == (400, False)
    assert send(client, {"Origin": "http://localhost"}).status_code == 401


def test_a_password_is_never_kept_nor_what_is_too_long_or_a_file(client: FlaskClient) -> None:
    assert send(client, password="hemmeligt").status_code == 302
    assert send(client, reason="x" * 10).status_code == 401
    assert send(client, reason=secrets.token_hex(MAX_SEALED)).status_code == 302
    data = {"csrf_token": token_of(client.get("/log-ind").text), "old": "a", "new": "b"}
    old = client.post("/min-konto/adgangskode", data=data, headers=OURS)
    assert old.status_code == 302


def test_nothing_but_what_was_sealed_here_for_that_person_opens(app: Flask, few: Few) -> None:
    def sealed(plain: Any) -> str:
        return seal_of("kept").encrypt(zlib.compress(json.dumps(plain).encode())).decode()

    with app.test_request_context():
        whole = [str(few.manager), FORM, [["name", "Nina"]]]
        kept = opened(sealed(whole), few.manager)
        assert kept is not None
        assert (kept.address, kept.fields) == (FORM, (("name", "Nina"),))
        assert opened(sealed(whole), few.staff) is None
        assert opened(sealed([str(few.manager), "//elsewhere.example/", []]), few.manager) is None
        assert opened(sealed(["only"]), few.manager) is None
        old = seal_of("kept").encrypt_at_time(
            zlib.compress(json.dumps(whole).encode()), int(now().timestamp()) - MAX_AGE - 60
        )
        assert opened(old.decode(), few.manager) is None
        bomb = seal_of("kept").encrypt(zlib.compress(b" " * 20_000_000)).decode()
        assert opened(bomb, few.manager) is None
        for text in ("", "x", sealed(whole)[:-3], "x" * (MAX_SEALED + 1)):
            assert opened(text, few.manager) is None


def test_each_page_says_when_its_sign_in_ends_and_to_ask_is_to_stay(app: Flask, few: Few) -> None:
    signed_in = sign_in(app.test_client(), MANAGER)
    page = signed_in.get("/min-konto").text
    assert re.search(r'class="leaving" data-idle="7200" data-until="\d{4}-\d\d-\d\dT', page)
    assert signed_in.get("/min-konto/bliv").status_code == 204
    assert 'class="leaving"' not in app.test_client().get("/log-ind").text


def test_five_minutes_before_it_ends_the_page_says_so_and_one_button_stays(
    app: Flask, few: Few, browser: Browser
) -> None:
    cookie = sign_in(app.test_client(), MANAGER).get_cookie("partnerskab")
    assert cookie
    with served(app) as address, visit(browser) as page:
        page.context.add_cookies([{"name": "partnerskab", "value": cookie.value, "url": address}])
        page.clock.install()
        page.goto(f"{address}/min-konto")
        box = page.locator(".leaving")
        page.clock.fast_forward("01:54:30")
        assert not box.is_visible()
        page.clock.fast_forward("00:01:00")
        assert "om fem minutter" in box.inner_text()
        with page.expect_response("**/min-konto/bliv"):
            box.get_by_role("button").click()
        box.wait_for(state="hidden")
        page.clock.fast_forward("01:56:00")
        assert "om fem minutter" in box.inner_text(), "it is told again"
        page.clock.fast_forward("00:05:00")
        assert "er ikke tabt" in box.inner_text()
        assert not box.get_by_role("button").is_visible()
