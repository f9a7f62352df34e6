"""Signing in with a second step: what it takes, what it opens before, and what stands in its place when it is lost."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import parse
from sqlalchemy import func, select, update

from service.platform.accounts import cookies, known_devices
from service.platform.accounts.models import LoginSession
from service.platform.ledger.models import LedgerEntry
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import Office, Reach, clock
from tests.platform.factors.conftest import OWN, SECOND, Clock, add_app, add_passkey, codes_on, inside, password, send
from tests.support.forms import forms_of
from tests.support.pages import token_of
from tests.support.passkeys import Device, question_on
from tests.support.people import MANAGER, STAFF, Few
from tests.support.world import HERE, PASSWORD, sign_in


@pytest.fixture
def staff(app: Flask, few: Few) -> FlaskClient:
    """A browser of one of the staff, who has chosen nothing yet."""
    return sign_in(app.test_client(), STAFF)


def half(app: Flask, email: str = STAFF) -> FlaskClient:
    """A browser in which the password was right, and the second step is to come."""
    client = app.test_client()
    answer = password(client, email)
    assert answer.headers["Location"].startswith(SECOND)
    return client


@pytest.mark.gate("6.5.1")
def test_a_code_of_the_app_is_the_second_step_and_works_once(app: Flask, staff: FlaskClient, watch: Clock) -> None:
    secret, _codes = add_app(staff, watch)
    code = watch.code(secret)
    first, second = half(app), half(app)
    answer = send(first, SECOND, code=code)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert inside(first)
    assert send(second, SECOND, code=code).status_code == 422
    assert not inside(second)
    watch.move(seconds=30)
    send(second, SECOND, code=watch.code(secret))
    assert inside(second), "the control"


def test_the_first_code_that_showed_the_app_is_used_by_it(app: Flask, staff: FlaskClient, watch: Clock) -> None:
    secret, _codes = add_app(staff, watch)
    watch.move(seconds=-30)
    assert send(half(app), SECOND, code=watch.code(secret)).status_code == 422


def test_it_leads_on_to_where_one_was_going_and_never_out(app: Flask, staff: FlaskClient, watch: Clock) -> None:
    _secret, codes = add_app(staff, watch)
    for code, asked, led in ((codes[0], "/min-konto", "/min-konto"), (codes[1], "https://evil.example/", "/")):
        client = app.test_client()
        token_page = client.get("/log-ind")
        assert token_page.status_code == 200
        first = send(client, "/log-ind", email=STAFF, password=PASSWORD, next=asked)
        page = first.headers["Location"]
        answer = send(client, page, SECOND, code=code, next=asked)
        assert answer.headers["Location"] == led


def test_what_was_typed_goes_along_and_comes_back(app: Flask, staff: FlaskClient, watch: Clock) -> None:
    """Sealed for its person when their sign-in had ended; the browser carries it from one step to the next."""
    _secret, codes = add_app(staff, watch)
    ours = {"Sec-Fetch-Site": "same-origin"}
    page = "/min-konto/profil"
    typed = {"name": "Nina Ny", "title": "", "phone": "", "language": "da"}
    bare = app.test_client()
    token = token_of(bare.get("/log-ind").text)
    refused = bare.post(f"/kommuner/{HERE}/kontakter/kommunen", data={"csrf_token": token, **typed}, headers=ours)
    kept = next(form for form in forms_of(refused.text) if form.action == "/log-ind").sends["kept"]
    assert kept
    client = half(app)
    back = send(client, SECOND, code=codes[0], kept=kept)
    assert (back.status_code, "Nina Ny" in back.text) == (200, True)
    assert inside(client)
    assert client.get(page).status_code == 200


@pytest.mark.gate("2.3.1")
def test_with_the_password_alone_nothing_opens(app: Flask, staff: FlaskClient, watch: Clock, few: Few) -> None:
    """Neither as it is, nor where its token is given out as that of a session, nor to a program. The control: the second step does."""
    _secret, codes = add_app(staff, watch)
    client = half(app)
    with client.session_transaction() as kept:
        token = kept[cookies.WAITS]
        assert "_user_id" not in kept
    for address in ("/", "/min-konto", f"/kommuner/{HERE}", OWN, "/bekraeft"):
        assert client.get(address).headers["Location"].startswith("/log-ind"), address
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    forged = app.test_client()
    with forged.session_transaction() as kept:
        kept["_user_id"] = token
    assert not inside(forged)
    send(client, SECOND, code=codes[0])
    assert inside(client)
    assert not inside(forged), "the token of the first step is over"


def test_the_second_step_is_waited_for_ten_minutes(app: Flask, staff: FlaskClient, watch: Clock) -> None:
    _secret, codes = add_app(staff, watch)
    client = half(app)
    waits = update(LoginSession).where(LoginSession.proved_at.is_(None))
    with app.app_context(), acting_for(clock()), transaction():
        db.session.execute(waits.values(created_at=now() - dt.timedelta(minutes=10, seconds=1)))
    answer = client.get(SECOND)
    assert answer.headers["Location"] == "/log-ind"
    assert "for lang tid" in client.get("/log-ind").text
    assert not inside(client)
    send(half(app), SECOND, code=codes[0])


@pytest.mark.gate("2.3.1")
def test_nobody_has_a_second_step_without_the_first(app: Flask, few: Few) -> None:
    client = app.test_client()
    assert client.get(SECOND).headers["Location"] == "/log-ind"
    assert send(client, "/log-ind", SECOND, code="123456").headers["Location"] == "/log-ind"


@pytest.mark.gate("6.3.1")
def test_wrong_codes_of_strangers_are_counted_by_person_whatever_the_browser(
    app: Flask, staff: FlaskClient, watch: Clock
) -> None:
    """Five in a quarter of an hour: of a million codes three are right at a time. What is right counts nothing."""
    _secret, codes = add_app(staff, watch)
    for _time in range(2):
        send(half(app), SECOND, code=codes.pop())
    answers = [send(half(app), SECOND, code="000000").status_code for _time in range(6)]
    assert answers == [422] * 5 + [429]
    assert send(half(app), SECOND, code=codes.pop()).status_code == 429


def test_the_owners_browser_gets_in_while_a_stranger_with_the_password_guesses(
    app: Flask, staff: FlaskClient, watch: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has shown a second step before, and has tries of its own: five of them too."""
    _secret, codes = add_app(staff, watch)
    own = half(app)
    assert send(own, SECOND, code=codes.pop()).status_code == 302
    assert [send(half(app), SECOND, code="000000").status_code for _time in range(6)] == [422] * 5 + [429]
    own.delete_cookie("partnerskab")
    assert password(own, STAFF).status_code == 302
    assert send(own, SECOND, code=codes.pop()).status_code == 302
    own.delete_cookie("partnerskab")
    password(own, STAFF)
    assert [send(own, SECOND, code="000000").status_code for _time in range(6)] == [422] * 5 + [429]
    # The control: were they counted together, the stranger would keep the owner out.
    monkeypatch.setattr(known_devices, "here", lambda: known_devices.Device("any"))
    assert send(own, SECOND, code=codes.pop()).status_code == 429


def test_a_wrong_second_step_and_a_proof_that_fails_are_in_the_ledger(
    app: Flask, staff: FlaskClient, watch: Clock
) -> None:
    add_app(staff, watch)
    for _time in range(2):
        send(half(app), SECOND, code="000000")
        send(staff, "/bekraeft", password="forkert", code="000000")
    with app.app_context(), acting_for(clock([HERE])), transaction():
        acts = db.session.scalars(select(LedgerEntry.act).order_by(LedgerEntry.number)).all()
    assert [act for act in acts if act.endswith(".refused")] == ["factor.refused", "proof.refused"]


def test_strangers_guess_twenty_a_day_at_the_most(
    app: Flask, staff: FlaskClient, watch: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_app(staff, watch)
    monkeypatch.setattr(known_devices, "WRONG_STEPS", parse("1000 per minute"))
    answers = [send(half(app), SECOND, code="000000").status_code for _time in range(21)]
    assert answers == [422] * 20 + [429]


@pytest.mark.gate("6.5.1")
def test_recovery_codes_are_ten_work_once_and_end_with_new_ones(app: Flask, staff: FlaskClient, watch: Clock) -> None:
    _secret, codes = add_app(staff, watch)
    assert len(set(codes)) == 10
    assert not codes_on(staff.get(OWN).text), "they are shown once"
    client = half(app)
    assert send(client, SECOND, code=codes[0].lower().replace("-", " ")).status_code == 302
    assert send(half(app), SECOND, code=codes[0]).status_code == 422
    assert "Du har 9 tilbage" in client.get(OWN).text
    new = codes_on(send(client, OWN, f"{OWN}/koder").text)
    assert len(set(new) - set(codes)) == 10
    assert send(half(app), SECOND, code=codes[1]).status_code == 422
    assert send(half(app), SECOND, code=new[0]).status_code == 302, "the control"


def test_of_recovery_codes_the_hash_is_kept_and_of_an_app_no_secret(
    app: Flask, staff: FlaskClient, watch: Clock, few: Few
) -> None:
    secret, _codes = add_app(staff, watch)
    with app.app_context(), acting_for(Reach(Office.MUNICIPALITY, frozenset({HERE}), few.staff)):
        kept = db.session.execute(select(func.app.own_factors().table_valued("kind", "secret", "name", name="f"))).one()
    assert kept.kind is not None
    assert secret not in repr(kept)


def test_a_passkey_is_the_second_step(app: Flask, staff: FlaskClient) -> None:
    device = Device()
    assert len(codes_on(add_passkey(staff, device).text)) == 10
    client = half(app)
    question = question_on(client.get(SECOND).text)
    assert question["userVerification"] == "required"
    assert send(client, SECOND, passkey=device.show(question)).headers["Location"] == "/"
    assert inside(client)
    assert "Maskinen" in client.get(OWN).text


def test_a_passkey_that_counts_nothing_works_each_time(app: Flask, staff: FlaskClient) -> None:
    """As those that are kept in the cloud."""
    device = Device(steps=0)
    add_passkey(staff, device)
    for _time in range(2):
        client = half(app)
        send(client, SECOND, passkey=device.show(question_on(client.get(SECOND).text)))
        assert inside(client)


@pytest.mark.gate("7.2.4", "7.4.3")
def test_choosing_a_second_step_ends_other_sign_ins_and_gives_this_one_a_new_token(
    app: Flask, staff: FlaskClient, watch: Clock, few: Few
) -> None:
    other, others = sign_in(app.test_client(), STAFF), sign_in(app.test_client(), MANAGER)
    with staff.session_transaction() as kept:
        before = kept["_user_id"]
    add_app(staff, watch)
    assert inside(staff)
    assert not inside(other)
    assert inside(others), "the control"
    with staff.session_transaction() as kept:
        assert kept["_user_id"] != before
    with app.app_context(), acting_for(clock()):
        row = db.session.get(LoginSession, hashlib.sha256(before.encode()).digest())
        assert row
        assert row.ended_at is not None


@pytest.mark.gate("7.4.3")
def test_one_is_removed_and_other_sign_ins_end(app: Flask, staff: FlaskClient, watch: Clock) -> None:
    _secret, codes = add_app(staff, watch)
    other = half(app)
    send(other, SECOND, code=codes[0])
    answer = send(staff, OWN, _removing(staff))
    assert answer.status_code == 302
    assert not inside(other)
    assert inside(staff)
    again = app.test_client()
    assert password(again, STAFF).headers["Location"] == "/", "the password is enough again"
    add_app(staff, watch)
    assert send(half(app), SECOND, code=codes[1]).status_code == 422, "the codes went with the last one"


def _removing(client: FlaskClient) -> str:
    return re.findall(rf'action="({OWN}/[^"]+/fjern)"', client.get(OWN).text)[0]


def test_nobody_removes_anothers(app: Flask, staff: FlaskClient, watch: Clock, few: Few) -> None:
    add_app(staff, watch)
    path = _removing(staff)
    manager = sign_in(app.test_client(), MANAGER)
    assert send(manager, OWN, path).status_code == 404
    assert send(staff, OWN, path).status_code == 302, "the control"


def test_nobody_has_more_than_ten(app: Flask, staff: FlaskClient) -> None:
    for _time in range(10):
        assert add_passkey(staff, Device()).status_code in (200, 302)
    assert add_passkey(staff, Device()).status_code == 422


def test_one_passkey_is_one_persons(app: Flask, staff: FlaskClient, few: Few) -> None:
    device = Device()
    add_passkey(staff, device)
    assert add_passkey(staff, device).status_code == 422
    assert add_passkey(sign_in(app.test_client(), MANAGER), device).status_code == 422


def test_a_secret_of_another_is_none(app: Flask, staff: FlaskClient, watch: Clock, few: Few) -> None:
    """What comes back with the first code is sealed for its person."""
    page = staff.get(f"{OWN}/app").text
    sealed = next(form.sends["sealed"] for form in forms_of(page) if "sealed" in form.sends)
    manager = sign_in(app.test_client(), MANAGER)
    for sent in (sealed, "00", "x"):
        answer = send(manager, f"{OWN}/app", name="Telefon", sealed=sent, code="123456")
        assert (answer.status_code, "Siden var for gammel" in answer.text) == (422, True)
    wrong = send(staff, f"{OWN}/app", name="Telefon", sealed=sealed, code="000000")
    assert wrong.status_code == 422
    assert sealed in wrong.text, "the same is to be scanned still"


def test_where_the_service_has_no_name_an_app_is_left(
    app: Flask, staff: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(app.extensions["settings"], public_url="http://127.0.0.1:8000")
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert f'href="{OWN}/noegle"' not in staff.get(OWN).text
    assert f'href="{OWN}/app"' in staff.get(OWN).text
    assert "data-passkey" not in staff.get(f"{OWN}/noegle").text
