"""Somebody arrives by a municipality's provider: made, changed, shut out, and kept apart from everybody else."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from service.platform.accounts import operations as accounts
from service.platform.accounts.models import ApiToken, LoginSession, Membership, Person
from service.platform.accounts.own_account import issue_key
from service.platform.identity_providers import operations, queries, rules
from service.platform.identity_providers.models import ProviderSubject
from service.platform.identity_providers.operations import NotLetIn
from service.platform.identity_providers.rules import ArrivalRefused, Assertion
from service.platform.ledger.models import LedgerEntry
from service.platform.web.arrival import FRESH, How
from service.platform.web.errors import Conflict, Refusal
from service.platform.web.identity import Identity, Role
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import Office, clock
from tests.platform.identity_providers.conftest import Login
from tests.support.people import MANAGER, SECRETARIAT, STAFF, Few
from tests.support.world import HERE, PASSWORD, THERE, sign_in


def arrived(app: Flask, said: Assertion) -> Identity:
    """Who comes in."""
    with app.app_context():
        begun = operations.arrive(said)
        assert begun.proved
        identity = accounts.identify_session(begun.token)
        assert identity is not None
        return identity


def refused(app: Flask, said: Assertion) -> ArrivalRefused:
    """Why they do not."""
    with app.test_request_context(), pytest.raises(NotLetIn) as raised:
        operations.arrive(said)
    return raised.value.why


def told(app: Flask, query: Any) -> list[Any]:
    """What unattended work reads."""
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        return list(db.session.scalars(query).all())


def roles_of(app: Flask, person_id: UUID) -> set[tuple[str, bool, str, str | None]]:
    """The roles that somebody has and had: whether they hold, and why they were given and ended."""
    rows = told(app, select(Membership).where(Membership.person_id == person_id))
    return {(row.role, row.valid_to is None, row.reason, row.ended_reason) for row in rows}


def give(app: Flask, person_id: UUID, role: str, code: str | None) -> None:
    """Let somebody have one more role."""
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        db.session.add(Membership(person_id=person_id, role=role, municipality_code=code))


def test_who_is_new_is_made_with_what_is_sent(app: Flask, login: Login) -> None:
    identity = arrived(app, login.said(Role.STAFF))
    assert (identity.name, identity.email) == ("Anna Andersen", "anna@kommune.example")
    assert identity.office is Office.MUNICIPALITY
    assert (set(identity.codes), set(identity.roles)) == ({HERE}, {Role.STAFF})
    assert identity.arrival is not None
    assert identity.arrival.how is How.OIDC
    assert roles_of(app, identity.person_id) == {("staff", True, rules.GIVEN, None)}
    entries = told(app, select(LedgerEntry).where(LedgerEntry.act == "provider.role_given"))
    assert [(row.municipality_code, row.person_id, row.details) for row in entries] == [
        (HERE, identity.person_id, {"role": "staff"})
    ]
    with app.app_context(), pytest.raises(Refusal):  # nobody knows a password of hers, not even an empty one
        accounts.sign_in("anna@kommune.example", "")


def test_who_comes_again_is_the_same_whatever_her_name_and_address_are_now(app: Flask, login: Login) -> None:
    first = arrived(app, login.said(Role.STAFF))
    again = arrived(app, login.said(Role.MANAGER, name="Anna Bech", email=STAFF))
    assert again.person_id == first.person_id
    assert again.roles == {Role.MANAGER}
    assert roles_of(app, first.person_id) == {
        ("staff", False, rules.GIVEN, rules.ENDED),
        ("manager", True, rules.GIVEN, None),
    }


@pytest.mark.gate("6.8.1")
def test_an_address_makes_nobody_anybody(app: Flask, login: Login, few: Few) -> None:
    """The manager's own address, from the municipality's own provider."""
    assert refused(app, login.said(Role.MANAGER, email=MANAGER.upper())) is ArrivalRefused.ADDRESS_TAKEN
    assert told(app, select(ProviderSubject)) == []
    assert len(told(app, select(Person))) == 5


def test_who_is_sent_no_role_any_more_is_shut_out_everywhere(app: Flask, login: Login) -> None:
    identity = arrived(app, login.said(Role.STAFF))
    with app.app_context(), acting_for(identity.reach), transaction():
        key = issue_key(identity.person_id, "prøve")[1]
    assert refused(app, login.said()) is ArrivalRefused.NO_ROLE
    with app.app_context():
        assert accounts.identify_session(identity.token) is None
        assert accounts.identify_key(key) is None
    sessions = told(app, select(LoginSession).where(LoginSession.person_id == identity.person_id))
    keys = told(app, select(ApiToken).where(ApiToken.person_id == identity.person_id))
    assert all(row.ended_at for row in [*sessions, *keys])
    assert arrived(app, login.said(Role.STAFF)).person_id == identity.person_id, "and comes back as herself"


def test_who_was_shut_out_by_hand_stays_out(app: Flask, login: Login) -> None:
    identity = arrived(app, login.said(Role.STAFF))
    with app.app_context(), acting_for(clock()), transaction():
        db.session.execute(update(Person).where(Person.id == identity.person_id).values(disabled_at=now()))
    assert refused(app, login.said(Role.STAFF)) is ArrivalRefused.SHUT_OUT


@pytest.mark.parametrize(("role", "code"), [("staff", THERE), ("secretariat", None)])
def test_whoever_takes_up_a_role_elsewhere_comes_by_the_provider_no_more(
    app: Flask, login: Login, role: str, code: str | None
) -> None:
    """Else whoever runs a provider could name somebody by DRC's next colleague's address, and keep a way in until she comes."""
    identity = arrived(app, login.said(Role.STAFF))
    with app.app_context(), acting_for(identity.reach), transaction():
        key = issue_key(identity.person_id, "prøve")[1]
    give(app, identity.person_id, role, code)
    with app.app_context():
        assert accounts.identify_session(identity.token) is None
        assert accounts.identify_key(key) is None
    assert told(app, select(ProviderSubject)) == []
    assert refused(app, login.said(Role.STAFF)) is ArrivalRefused.ADDRESS_TAKEN


def test_a_provider_that_is_switched_off_lets_nobody_in(app: Flask, login: Login) -> None:
    arrived(app, login.said(Role.STAFF))
    login.keep(switched_on=False)
    assert refused(app, login.said(Role.STAFF)) is ArrivalRefused.OTHER_PROVIDER


def test_what_was_proved_this_morning_is_not_proved_now(app: Flask, login: Login) -> None:
    """Who is signed in with the provider is not asked there again, so a browser that is left open proves nothing."""
    morning = now() - dt.timedelta(hours=3)
    old = arrived(app, login.said(Role.STAFF, at=morning)).arrival
    assert old is not None
    assert not old.fresh(now())
    ahead = arrived(app, login.said(Role.STAFF, at=now() + dt.timedelta(hours=3))).arrival
    assert ahead is not None
    assert ahead.fresh(now())
    assert not ahead.fresh(now() + FRESH), "a clock that is ahead makes nothing last"


def test_who_has_an_account_connects_it(app: Flask, login: Login, few: Few) -> None:
    with app.app_context():
        mine = accounts.identify_session(accounts.sign_in(STAFF, PASSWORD).token)
        assert mine is not None
        with acting_for(mine.reach), transaction():
            operations.connect(mine, login.said(Role.STAFF, email=STAFF))
    assert arrived(app, login.said(Role.STAFF)).person_id == few.staff
    assert len(told(app, select(LedgerEntry).where(LedgerEntry.act == "provider.connected"))) == 1


def test_nobody_connects_what_is_anothers_or_would_cost_them_a_role(app: Flask, login: Login, few: Few) -> None:
    arrived(app, login.said(Role.STAFF, subject="bo", email="bo@kommune.example"))
    cases = {
        "another's": (STAFF, login.said(Role.STAFF, subject="bo"), Conflict),
        "no manager": (MANAGER, login.said(Role.STAFF), Conflict),
        "nothing": (STAFF, login.said(), NotLetIn),
    }
    for email, said, error in cases.values():
        with app.test_request_context():
            mine = accounts.identify_session(accounts.sign_in(email, PASSWORD).token)
            assert mine is not None
            with acting_for(mine.reach), pytest.raises(error), transaction():
                operations.connect(mine, said)
    assert len(told(app, select(ProviderSubject))) == 1


def test_a_municipality_can_demand_its_own_way_in(app: Flask, client: FlaskClient, login: Login, few: Few) -> None:
    """Its staff's passwords open nothing, and that looks like a wrong one. Its manager's does, with what else is demanded of her."""

    def tried(email: str, password: str) -> str:
        with app.app_context():
            try:
                accounts.sign_in(email, password)
            except Refusal as refusal:
                return refusal.message
            return "in"

    assert tried(STAFF, PASSWORD) == "in"
    login.keep(demanded=True)
    wrong = tried(STAFF, "not the password")
    assert tried(STAFF, PASSWORD) == wrong == tried("nobody@kommune.example", PASSWORD)
    assert tried(MANAGER, PASSWORD) == "in"
    login.keep()
    assert tried(STAFF, PASSWORD) == "in"


def test_a_municipality_whose_login_leaves_it_without_a_manager_is_a_line_of_drcs_list(
    app: Flask, few: Few, login: Login
) -> None:
    """Not while another manager is there, nor once there is one again."""

    def lines() -> list[str]:
        with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
            return [row.municipality_code for row in db.session.execute(queries.without_manager(day_of(now())))]

    def another(**values: Any) -> None:
        with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
            db.session.execute(update(Membership).where(Membership.person_id == few.manager).values(**values))

    arrived(app, login.said(Role.MANAGER, second=True))
    assert refused(app, login.said()) is ArrivalRefused.NO_ROLE
    assert lines() == []
    another(valid_from=dt.date(2026, 1, 1), valid_to=day_of(now()), ended_reason="Ny stilling")
    assert lines() == [HERE]
    page = sign_in(app.test_client(), SECRETARIAT).get("/mandag?slags=manager_lost").text
    assert "holdt kommunens login op med at sende rollen" in page
    another(valid_to=None, ended_reason=None)
    assert lines() == []


def test_a_manager_who_goes_by_hand_is_no_such_line(app: Flask, few: Few) -> None:
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        gone = update(Membership).where(Membership.person_id == few.manager)
        db.session.execute(gone.values(valid_from=dt.date(2026, 1, 1), valid_to=day_of(now()), ended_reason="Rejst"))
        assert db.session.execute(queries.without_manager(day_of(now()))).all() == []
