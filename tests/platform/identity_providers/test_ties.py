"""A login that knows somebody by another name: the one that is kept is let go, and another tied once they have proved it anew."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from service.platform.accounts import operations as accounts
from service.platform.accounts.models import LoginSession, Membership, Person
from service.platform.identity_providers import operations, ties
from service.platform.identity_providers.models import ProviderSubject
from service.platform.identity_providers.rules import RELEASED_FOR, ArrivalRefused, Assertion
from service.platform.ledger.models import LedgerEntry
from service.platform.notices.models import Notice
from service.platform.web.identity import Role
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.platform.identity_providers.conftest import Login
from tests.platform.identity_providers.speaking import Speaker
from tests.platform.identity_providers.test_arrivals import arrived, refused, told
from tests.platform.identity_providers.test_openid import comes_back, is_in, sent_away
from tests.support.pages import token_of
from tests.support.people import MANAGER, MANAGER_THERE, SECRETARIAT, STAFF, Few
from tests.support.world import HERE, sign_in


def changed(login: Login, **more: Any) -> Assertion:
    """What it says of Anna by her new name."""
    return login.said(Role.STAFF, **{"subject": "anna-2", **more})


def comes(app: Flask, said: Assertion) -> Any:
    """Who comes in who has just proved it anew."""
    with app.app_context():
        return accounts.identify_session(operations.arrive(said, anew=True).token)


def page_of(app: Flask, person_id: Any) -> str:
    """Where a manager lets go of somebody's login."""
    [role] = told(app, select(Membership).where(Membership.person_id == person_id))
    return f"/kommuner/{HERE}/medarbejdere/{role.id}/kommunens-login"


def lets_go(client: FlaskClient, page: str) -> TestResponse:
    """What comes of pressing the button."""
    opened = client.get(page)
    assert opened.status_code == 200
    return client.post(page, data={"csrf_token": token_of(opened.text)})


def test_the_manager_lets_go_and_the_person_is_tied_anew(app: Flask, few: Few, login: Login) -> None:
    anna = arrived(app, login.said(Role.STAFF)).person_id
    assert refused(app, changed(login)) is ArrivalRefused.ADDRESS_TAKEN
    manager = sign_in(app.test_client(), MANAGER)
    assert lets_go(manager, page_of(app, anna)).status_code == 302
    sessions = told(app, select(LoginSession).where(LoginSession.person_id == anna))
    assert [row.ended_at is None for row in sessions] == [False]
    for said in (changed(login), login.said(Role.STAFF)):
        assert refused(app, said) is ArrivalRefused.ADDRESS_TAKEN, "without a fresh proof"
    assert comes(app, changed(login)).person_id == anna
    assert arrived(app, changed(login)).person_id == anna, "from now on as others"
    assert [row.subject for row in told(app, select(ProviderSubject))] == ["anna-2"]
    acts = [row.act for row in told(app, select(LedgerEntry).order_by(LedgerEntry.number))]
    assert acts[-2:] == ["provider.let_go", "provider.tied_anew"]


def test_it_is_mailed_once_each_time_with_the_way_to_do_it(app: Flask, few: Few, login: Login) -> None:
    anna = arrived(app, login.said(Role.STAFF)).person_id
    client = sign_in(app.test_client(), SECRETARIAT)
    assert lets_go(client, f"/medarbejdere/{anna}/kommunens-login").status_code == 302
    for _round in range(2):
        with app.app_context(), acting_for(clock([HERE])), transaction():
            ties.tell_released()
    [mail] = told(app, select(Notice))
    assert mail.recipient == "anna@kommune.example"
    assert f"http://localhost/log-ind/kommune/videre?kommune={HERE}&formaal=igen" in mail.body


def test_another_address_a_late_one_or_a_second_one_is_not_tied(app: Flask, few: Few, login: Login) -> None:
    anna = arrived(app, login.said(Role.STAFF)).person_id
    assert lets_go(sign_in(app.test_client(), MANAGER), page_of(app, anna)).status_code == 302
    other = comes(app, changed(login, email="bente@kommune.example", subject="bente"))
    assert other.person_id != anna
    with app.app_context(), acting_for(clock()), transaction():
        late = update(ProviderSubject).where(ProviderSubject.person_id == anna)
        db.session.execute(late.values(released_at=now() - RELEASED_FOR - dt.timedelta(minutes=1)))
    with app.test_request_context(), pytest.raises(operations.NotLetIn):
        operations.arrive(changed(login), anew=True)
    with app.app_context(), acting_for(clock()), transaction():
        db.session.execute(late.values(released_at=now()))
    assert comes(app, changed(login)).person_id == anna
    with app.test_request_context(), pytest.raises(operations.NotLetIn):
        operations.arrive(login.said(Role.STAFF, subject="anna-3"), anew=True)


def test_a_name_that_was_let_go_can_become_somebody_elses(app: Flask, few: Few, login: Login) -> None:
    anna = arrived(app, login.said(Role.STAFF)).person_id
    assert lets_go(sign_in(app.test_client(), MANAGER), page_of(app, anna)).status_code == 302
    new = arrived(app, login.said(Role.STAFF, email="carl@kommune.example", name="Carl Carlsen"))
    assert new.person_id != anna
    [row] = told(app, select(ProviderSubject))
    assert row.person_id == new.person_id


def test_nobody_lets_go_of_their_own_or_anothers(app: Flask, few: Few, login: Login) -> None:
    anna = arrived(app, login.said(Role.STAFF)).person_id
    page = page_of(app, anna)
    assert sign_in(app.test_client(), STAFF).get(page).status_code == 404
    assert sign_in(app.test_client(), MANAGER_THERE).get(page).status_code == 404
    manager = sign_in(app.test_client(), MANAGER)
    assert lets_go(manager, page_of(app, few.manager)).status_code == 409
    answer = lets_go(manager, page_of(app, few.staff))
    assert (answer.status_code, "ikke ind med kommunens login" in answer.text) == (409, True)


def test_the_mailed_way_wants_a_sign_in_anew(
    app: Flask, client: FlaskClient, few: Few, login: Login, speaker: Speaker
) -> None:
    """By OpenID Connect: the provider is asked to ask again, and must say that it did."""
    login.keep(issuer=speaker.issuer)
    way = f"/log-ind/kommune/videre?kommune={HERE}&formaal=igen"
    sent = sent_away(client, f"/log-ind/kommune/videre?kommune={HERE}")
    speaker.says(nonce=sent["nonce"])
    comes_back(client, state=sent["state"], code="a-code")
    [anna] = told(app, select(Person).where(Person.email == "anna@kommune.example"))
    assert lets_go(sign_in(app.test_client(), MANAGER), page_of(app, anna.id)).status_code == 302
    assert not is_in(client)
    for proved, let_in in (({}, False), ({"auth_time": int(now().timestamp())}, True)):
        sent = sent_away(client, way)
        assert (sent["prompt"], sent["max_age"]) == ("login", "0")
        speaker.says(nonce=sent["nonce"], sub="anna-2", **proved)
        comes_back(client, state=sent["state"], code="a-code")
        assert is_in(client) is let_in
