"""The demonstration data in a real database: loaded by the command, whole, once, and taken up where it was cut short."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from config import running
from config.settings import Settings
from service.activity.activities import totals
from service.activity.activities.models import Activity, ActivitySession
from service.desk.demo import checkins, operations
from service.desk.demo import people as persons
from service.desk.demo.operations import begin, load
from service.desk.demo.people import PASSWORD, SECRETARIAT, manager_of, staff_of
from service.network.needs import queries as needs
from service.network.needs.models import Need, Reallocation
from service.network.needs.rules import NeedState, ReallocationState
from service.network.networks.models import Group
from service.network.shares.models import Share
from service.partnership.agreements import offering
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.rules import AgreementState
from service.partnership.partnerships.models import ScopeDraft
from service.partnership.partnerships.queries import draft
from service.partnership.partnerships.schemas import ScopeFields, as_sent
from service.platform.accounts import operations as people
from service.platform.accounts import queries as accounts
from service.platform.accounts.models import Person
from service.platform.documents import making
from service.platform.documents.sealing import PaperSealer
from service.platform.web.forms import nest
from service.platform.web.identity import Role
from service.reporting.drift import queries as drift
from tenants import periods
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_before, months_back
from tenants.database import db, now, transaction
from tenants.models import ScopePeriod
from tenants.reach import clock
from tenants.register import all_codes
from tenants.scope import Level, Scope

TABLES = (Person, Agreement, ScopePeriod, ScopeDraft, Group, Share, Need, Reallocation, Activity, ActivitySession)


def counts() -> list[int]:
    with acting_for(clock()), transaction():
        codes = all_codes()
    with acting_for(clock(codes)), transaction():
        return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


def cut_short(text: object) -> None:
    if not isinstance(text, str) or text.startswith("Agreements of København"):
        raise KeyboardInterrupt


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers without layout and seal, which have tests of their own: this is about what is in the data."""
    monkeypatch.setattr(making, "render", lambda paper: (paper.document_number.encode(), "none"))
    monkeypatch.setattr(making, "sealer", lambda: PaperSealer(None, None))


@pytest.mark.usefixtures("quick")
def test_the_whole_load(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut short twice, among the agreements and among the rest, and gone on with: nothing is lost, and nothing is there twice."""
    client = app.test_client()
    with app.app_context():
        assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
        begun = counts()
        assert begun[0] > 0
        assert begun[1:] == [0] * (len(TABLES) - 1), "people who can sign in, and nothing that takes long"
        assert "0 procent er klar" in client.get("/log-ind").text

        with pytest.raises(KeyboardInterrupt):
            load(settings, cut_short)
        with monkeypatch.context() as cut:
            cut.setattr(checkins, "load", cut_short)
            with pytest.raises(KeyboardInterrupt):
                load(settings, lambda _: None)
        almost = counts()
        percent = running.progress(settings.var)
        assert percent
        assert f"{percent} procent er klar" in client.get("/log-ind").text

        output = app.test_cli_runner().invoke(args=["demo", "load"]).output
        assert PASSWORD in output, output
        assert counts() == almost, "what came last has other tables"
        assert "procent er klar" not in client.get("/log-ind").text

        assert "in place already" in app.test_cli_runner().invoke(args=["demo", "load"]).output
        assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
        assert counts() == almost
        assert running.progress(settings.var) is None

        today = day_of(now())
        with acting_for(clock()), transaction():
            codes = all_codes()
        with acting_for(clock(codes)), transaction():
            in_force = {p.municipality_code: p.scope for p in periods.touching(today, today + dt.timedelta(days=1))}
            levels = Counter(scope.level for scope in in_force.values())
            assert all(levels[level] >= 3 for level in Level), levels
            _people_can_sign_in(set(in_force))
            _agreements_are_where_they_should_be()
            _the_draft_can_be_offered("0561")
            _figures_reach_back(in_force, today)
            _needs_have_come_as_far_as_they_can()
            assert drift.unchecked(today) == [], "the first to look around sees what has drifted"
            assert db.session.scalars(drift.findings()).first() is not None


def _people_can_sign_in(codes: set[str]) -> None:
    assert people.sign_in(SECRETARIAT, PASSWORD)
    assert people.sign_in("konsulent.syddanmark@drc.example", PASSWORD)
    assert people.sign_in("konsulent.hovedstaden@drc.example", PASSWORD)
    for code in codes:
        assert [person.email for person in accounts.people_of(code, Role.MANAGER)] == [manager_of(code)]
        assert staff_of(code) in {person.email for person in accounts.people_of(code, Role.STAFF)}
    both = accounts.person_by_email("faelles.soenderjylland@kommune.example")
    assert both is not None
    assert {place.municipality_code for place in accounts.places_of(both.id)} == {"0580", "0540"}


def _agreements_are_where_they_should_be() -> None:
    found = db.session.scalars(select(Agreement)).all()
    assert all(agreement.document_id is not None for agreement in found)
    scopes = [Scope.from_plain(agreement.stored_scope) for agreement in found]
    assert [ScopeFields().load(as_sent(scope)) for scope in scopes] == scopes, "a person could have typed each"
    states = Counter(AgreementState(agreement.state) for agreement in found)
    assert states[AgreementState.OFFERED] == states[AgreementState.ACCEPTED] == 1
    assert states.total() == states[AgreementState.CONCLUDED] + 2
    assert [period.valid_from for period in periods.history("0101")][-1] == dt.date(2011, 5, 1)


def _the_draft_can_be_offered(code: str) -> None:
    found = draft(code)
    assert found is not None
    assert found.stored_scope is not None
    scope = Scope.from_plain(found.stored_scope)
    assert ScopeFields().load(as_sent(scope)) == scope
    assert ScopeFields().load(nest(found.form)) == scope


def _needs_have_come_as_far_as_they_can() -> None:
    for state in NeedState:
        assert db.session.scalars(needs.needs(all_codes(), state)).first() is not None, state
    asked = db.session.scalars(needs.moves(ReallocationState.PROPOSED)).all()
    assert {move.municipality_code for move in asked} == {"0740", "0791"}, "two wait for a yes across territories"
    assert all(move.proposed_by for move in asked)
    assert all(need.said_on <= need.answered_on for need in needs.everywhere() if need.answered_on)


def _figures_reach_back(in_force: dict[str, Scope], today: dt.date) -> None:
    hidden = set()
    for code in in_force:
        figures = totals.figures(code, months_back(month_before(first_of(today)), 13))
        assert all(month.sessions for month in figures), code
        hidden |= {code for month in figures for count in month.attendances_by_type.values() if count is None}
    assert hidden, "small counts are to be seen at work"


def test_no_person_is_left_out_of_what_the_plan_needs(app: Flask) -> None:
    with (
        app.app_context(),
        acting_for(clock()),
        transaction(),
        pytest.raises(RuntimeError, match=r"lacks nobody@drc\.example"),
    ):
        persons.person("nobody@drc.example")


def test_a_paper_that_is_never_made_stops_the_load(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offering, "make_paper", lambda *_: False)
    with app.app_context(), pytest.raises(RuntimeError, match="København was not made"):
        load(replace(settings, lease_seconds=0), lambda _: None)


def test_two_do_not_load_at_once(app: Flask) -> None:
    with app.app_context(), operations._alone():
        ended = app.test_cli_runner().invoke(args=["demo", "load"])
    assert ended.exit_code == 1
    assert "by another process" in ended.output


@pytest.mark.usefixtures("world")
def test_what_an_earlier_version_loaded_in_one_piece_is_whole(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has people and groups, and nothing about parts in the ledger."""
    monkeypatch.setattr(persons, "are_there", lambda: True)
    with app.app_context():
        assert not begin(settings)
        assert running.progress(settings.var) is None
