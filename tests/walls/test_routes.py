"""Every route: its permit, what it refuses, and its headers. Each check has a control.

Read with `service/platform/web/permits.py` (what a permit means) and `service/platform/web/security.py` (headers, tokens against forgery).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import pytest
from flask import Blueprint, Flask
from werkzeug.test import TestResponse

from config.embedded import Servers
from config.settings import Settings
from service import app as application
from service.features import FEATURES
from service.partnership.agreements import ending
from service.partnership.agreements.rules import Party
from service.platform.feature import Feature, Features
from service.platform.web.permits import Permit, Who, permit, permit_of, without_permit
from service.platform.web.security import csrf
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import now, transaction
from tenants.reach import clock
from tests.support.world import Things, World
from tests.walls.headers import header_faults
from tests.walls.ways import (
    CONSULTANT,
    LET,
    MANAGER,
    SECRETARIAT,
    STAFF,
    UNSAFE,
    VISITOR,
    Asker,
    Ids,
    addresses,
    askers,
    lets,
    routes,
    stored,
    visitor,
)

# Which permit each route has. A route that is not here fails the test: decide whose it is, then write it down.
PERMITS: Mapping[str, str] = {
    endpoint: who
    for who, endpoints in {
        "public": """
            static accounts.sign_in accounts.sign_in_now accounts.sign_out paper_log.verification paper_log.verify paper_log.checkpoint
            paper_log.stamp health.alive health.ready watch.metrics language.choose home.accessibility api.docs api.openapi
            policy_reports.report free_texts.rule well_known.security home.accessibility_by_its_short_address
            invitations.forgotten invitations.ask factors.second_step factors.second_step_now privacy.registered
            own_data.asking own_data.ask
            finder.search finder.embedded finder.group finder.calendar finder.data finder.table finder.sitemap
            interests.form interests.send interests.sent
            providers.trial providers.begin_trial providers.choose providers.onward providers.back providers.arrive
            leaving.here leaving.there
            saml.metadata saml.begin saml.trial saml.begin_trial saml.answer saml_leaving.there saml_leaving.come saml_leaving.end
        """,
        "link": """
            declarations.answer calendars.file paper_feeds.file posters.public checkins.form checkins.send checkins.save checkins.thanks
            invitations.invitation invitations.accept addresses.link addresses.confirm
            own_data.own own_data.package own_data.wish
            interests.own interests.settle
            cooperation_answers.form cooperation_answers.answer cooperation_answers.paper cooperation_answers.concluded
        """,
        "signed_in": """
            searching.search home.start documents.document
            accounts.stay accounts.choose accounts.choose_now accounts.account accounts.new_key accounts.end_key
            accounts.end_other_sessions accounts.end_session accounts.end_keys accounts.profile accounts.change_profile
            accounts.change_password factors.confirm factors.confirm_now addresses.own addresses.ask_own
            own_factors.listing own_factors.new_passkey own_factors.add_passkey own_factors.new_app own_factors.add_app
            own_factors.renew_codes own_factors.remove
            api_me.who api_me.tokens api_me.token api_me.end_token
            api_partnerships.municipalities api_partnerships.partnerships api_partnerships.partnership
            api_agreements.agreements api_agreements.agreement api_agreements.difference
            api_agreement-ends.ends api_agreement-ends.propose api_agreement-ends.agree api_agreement-ends.decline
            api_agreement-ends.withdraw api_agreement-ends.end_for_breach
            api_agreements.approve api_agreements.decline api_agreements.withdraw api_agreements.terminate
            api_activities.activities api_activities.activity api_sessions.sessions api_sessions.session
            api_statements.statements api_statements.statement
            api_documents.documents api_documents.document api_documents.content api_proofs.proof
            api_filings.filings api_filings.filing api_filings.package filing.package
            api_webhooks.webhooks api_webhooks.webhook api_webhooks.messages api_webhooks.end
            api_networks.groups api_networks.group api_networks.networks api_networks.network
            api_capacity.capacity
            api_needs.needs api_needs.need api_needs.say api_needs.change api_needs.accept api_needs.progress api_needs.withdraw
            api_needs.story api_needs.blank
            api_shares.shares api_shares.share api_shares.accept api_shares.decline api_shares.end
            api_duties.duties api_duties.duty api_duties.done api_duties.take_back
            api_declarations.declarations api_declarations.declaration
            api_year-papers.papers api_year-papers.paper api_year-papers.figures api_year-papers.ask_case
            municipality_view.stop_looking
            api_audit-entries.entries api_audit-entries.entry
        """,
        "drc": """
            home.municipalities catalogue.catalogue privacy.texts privacy.find_text privacy.take_text_out
            partnerships.draft partnerships.part partnerships.save partnerships.take_back partnerships.discard
            renewals.listing renewals.propose renewals.offer
            agreements.offer agreements.draft_again agreements.offer_addendum agreements.draft_addendum
            taking_in.form taking_in.take_in previews.draft followups.tell api_follow-ups.tell
            activities.start activities.record sessions.session sessions.remove sessions.counting
            activities.new activities.change activities.end
            calendars.group_feeds calendars.make_group_feed calendars.revoke_group_feed calendars.rename_group_feed
            posters.of_activity posters.publish posters.ask
            finder.of_group finder.publish api_finder.public api_finder.publish
            interests.listing interests.interest interests.answer api_interests.interests api_interests.interest api_interests.answer
            api_feeds.group_feeds api_feeds.make_group_feed api_feeds.revoke_group_feed api_feeds.rename_group_feed
            api_posters.public api_posters.publish api_posters.posters api_posters.ask api_posters.poster
            checkins.listing checkins.by_phone checkins.send_again
            api_check-ins.checkins api_check-ins.checkin api_check-ins.answer
            statements.runs statements.run statements.again editions.revise
            statements.runs statements.release statements.run statements.again
            looks.look looks.release looks.wait looks.remind looks.story delivery.of_paper
            imports.listing imports.new imports.receive imports.template imports.one
            imports.columns imports.row imports.refused imports.act
            exports.new exports.export exports.file exports.again
            networks.groups networks.new_group networks.edit_group networks.group networks.set_status
            rounds.listing rounds.again rounds.again_for_the_country
            national.figures national.file national.ask_year national.year national.year_file api_national-figures.figures
            years.overview years.ask_edition api_year-papers.ask_edition
            endings.what_if monday.kind monday.stuck_work monday.again drift.overview drift.municipality drift.ask drift.paper drift.papers
            api_drift-findings.findings api_drift-findings.finding api_drift-findings.drift api_monday-lines.lines
            networks.networks networks.new_network networks.edit_network networks.network networks.member
            volunteers.volunteers volunteers.silent volunteers.of_group volunteers.new_volunteer volunteers.edit_volunteer
            volunteers.reason volunteers.give_reason api_volunteers.reason
            volunteers.volunteer volunteers.set_status volunteers.confirm volunteers.start_role volunteers.end_role
            volunteers.set_children volunteers.give_consent volunteers.withdraw_consent
            certificates.due certificates.certificate certificates.take_back own_data.wishes own_data.order own_data.settle
            merging.choose merging.preview merging.undo declarations.overview
            api_volunteers.volunteers api_volunteers.volunteer api_volunteers.create api_volunteers.change
            api_volunteers.status api_volunteers.confirm api_volunteers.start_role api_volunteers.end_role
            api_volunteers.set_children api_volunteers.consent api_volunteers.withdraw
            api_certificates.certificates api_certificates.verify api_certificates.take_back
            api_merging.merge api_merging.undo
            api_imports.imports api_imports.receive api_imports.template api_imports.transfer api_imports.rows api_imports.row
            api_imports.columns api_imports.mend api_imports.decide api_imports.decide_all api_imports.apply
            api_imports.undo api_imports.again api_imports.drop
            api_exports.exports api_exports.ask api_exports.export api_exports.content api_exports.again
            capacity.group cooperation.group cooperation.note cooperation.end
            cooperation_offers.begin cooperation_offers.draft cooperation_offers.preview cooperation_offers.discard
            cooperation_offers.offer cooperation_offers.agreement cooperation_offers.send_link cooperation_offers.decide
            needs.board needs.listing_moves needs.move needs.decide_move needs.answer
            api_lens.seers api_lens.offer_group api_lens.offer_network
            api_lens.consent api_lens.withdraw_consent
            municipality_view.offer_group municipality_view.offer_network municipality_view.consents
            municipality_view.withdraw_consent municipality_view.look
            api_partnerships.draft api_partnerships.keep_draft api_partnerships.discard_draft
            api_agreements.draft api_agreements.draft_again api_agreements.change api_agreements.mend api_agreements.discard
            api_agreements.offer api_agreements.offer_addendum api_agreements.draft_addendum api_agreements.take_in
            api_activities.start api_activities.change api_activities.end
            api_sessions.record api_sessions.change api_sessions.remove api_sessions.national_figures
            api_sessions.counting api_sessions.set_counting
            api_statements.close api_statements.retry api_statements.revise api_late-entries.entries
            api_statements.close api_statements.release api_statements.retry
            api_networks.create api_networks.change api_networks.status api_networks.create_network
            api_cooperation.agreements api_cooperation.note api_cooperation.end
            api_cooperation-offers.offers api_cooperation-offers.offer api_cooperation-offers.draft api_cooperation-offers.change
            api_cooperation-offers.discard api_cooperation-offers.make_offer api_cooperation-offers.send_link
            api_cooperation-offers.note_answer api_cooperation-offers.approve api_cooperation-offers.withdraw
            api_cooperation-offers.terminate
            api_capacity.note api_needs.candidates api_needs.answer api_needs.balance api_needs.moves api_needs.move
            api_needs.accept_move api_needs.decline_move api_needs.withdraw_move api_needs.give_back_move api_needs.blank_move
            api_networks.change_network api_networks.members api_networks.join api_networks.leave
        """,
        "secretariat": """
            people.listing people.new people.invite people.person people.end people.end_role people.closing people.disable
            addresses.of_person addresses.ask_of_person
            people.invitation privacy.record privacy.plan taken_factors.of_person taken_factors.take
            logbook.national logbook.samples logbook.draw logbook.sample logbook.sign
            contacts.handing_over contacts.hand_over
            library.listing library.version library.begin library.draft library.clause library.save library.discard library.put_in_use
            territories.listing territories.moving territories.move forgetting.plan forgetting.forget api_forgetting.forget
            provider_settings.show provider_settings.keep saml_settings.show saml_settings.keep ties.of_person ties.release
            api_people.people api_people.person api_people.invite api_people.disable
        """,
        "manager": """
            api_people.colleagues api_people.invite_colleague api_people.end
            addresses.of_member addresses.ask_of_member staff.listing staff.new staff.invite staff.member staff.end_role staff.invitation
            taken_factors.of_member taken_factors.take_from_member provider_settings.own ties.of_member ties.release_of_member
        """,
        "municipality": """
            logbook.municipality
            contacts.listing contacts.edit contacts.change api_contacts.contacts api_contacts.change
            home.municipality agreements.listing agreements.agreement agreements.difference agreements.consolidated agreements.decide
            endings.wizard endings.end endings.answer
            filing.papers filing.set_address filing.year
            paper_feeds.listing paper_feeds.make paper_feeds.rename paper_feeds.revoke
            webhooks.listing webhooks.make webhooks.end api_webhooks.make
            api_filings.address api_filings.set_address
            activities.listing activities.activity statements.listing statements.statement
            activities.listing activities.activity statements.listing statements.statement editions.listing
            years.listing years.paper years.figures years.ask_case
            declarations.listing shares.listing shares.share shares.decide municipality_view.network municipality_view.group
            municipality_view.free
            duties.listing duties.duty duties.mark followups.listing api_follow-ups.follow_ups
            api_partnerships.municipality
        """,
        "municipality, calendar": """
            calendars.calendar calendars.feeds calendars.make_feed calendars.revoke_feed calendars.rename_feed api_calendar.calendar
            api_feeds.feeds api_feeds.make_feed api_feeds.revoke_feed api_feeds.rename_feed
        """,
        "municipality, year_plan": "yearplan.plan api_yearplan.plan",
        "municipality, recruitment": "recruitment.months api_recruitment.months",
        "municipality, needs": "needs.listing needs.new needs.edit needs.need needs.decide needs.blank",
        "municipality, figures": "api_sessions.figures",
    }.items()
    for endpoint in endpoints.split()
}


def told(app: Flask, endpoint: str) -> str:
    """An endpoint's permit in the words of the table."""
    found = permit_of(app, endpoint)
    return "none" if found is None else ", ".join(filter(None, (found.who, found.capability)))


def differences(app: Flask, table: Mapping[str, str]) -> list[str]:
    """Where the routes and the table differ."""
    real = {rule.endpoint: told(app, rule.endpoint) for rule in app.url_map.iter_rules()}
    return sorted(
        f"{name}: {real.get(name, 'no such route')}, the table says {table.get(name, 'nothing')}"
        for name in real.keys() | table.keys()
        if real.get(name) != table.get(name)
    )


@pytest.mark.gate("8.2.1")
def test_every_route_has_the_permit_that_the_table_says(migrated: Flask) -> None:
    assert differences(migrated, PERMITS) == []
    assert without_permit(migrated) == []


def test_the_control_a_route_unlisted_changed_or_gone_is_told() -> None:
    app = Flask(__name__)
    app.add_url_rule("/open", "open", permit.public(lambda: ""))
    app.add_url_rule("/loose", "loose", lambda: "")
    assert differences(app, {"open": "drc", "gone": "drc", "static": "public"}) == [
        "gone: no such route, the table says drc",
        "loose: none, the table says nothing",
        "open: public, the table says drc",
    ]
    assert without_permit(app) == ["loose"]


def test_the_control_an_application_with_a_route_without_a_permit_does_not_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    loose = Blueprint("loose", __name__)
    loose.add_url_rule("/loose", "view", lambda: "")
    more = Features((*FEATURES.every, Feature(name="loose", pages=(loose,))))
    monkeypatch.setattr(application, "FEATURES", more)
    with pytest.raises(RuntimeError, match=r"declare no permit: loose\.view$"):
        application.create_app(settings)


def test_the_table_of_who_is_let_in_knows_every_permit(migrated: Flask) -> None:
    assert {
        found.who for rule in migrated.url_map.iter_rules() if (found := permit_of(migrated, rule.endpoint))
    } <= set(LET)


# Who is let in


def intruders(app: Flask, world: World, things: Things, *names: str) -> list[str]:
    """Who of these people gets in where their role is not enough: nobody may, with the right ids and the right token."""
    people = {name: asker for name, asker in {VISITOR: visitor(app), **askers(app, world)}.items() if name in names}
    found = []
    for verb, rule in routes(app):
        demanded = permit_of(app, rule.endpoint)
        assert demanded is not None
        for who, asker in people.items():
            if lets(demanded, who):
                continue
            answer = asker.ask(verb, next(addresses(rule, things.mine)))
            refused = answer.status_code == 404
            if who == VISITOR:
                page = not rule.rule.startswith("/api/")
                refused = (
                    answer.status_code == 302 and answer.headers["Location"].startswith("/log-ind")
                    if page
                    else answer.status_code == 401
                )
            if not refused:
                found.append(f"{who}: {verb} {rule.rule}: {answer.status_code}")
    return found


@pytest.mark.gate("8.2.1")
def test_nobody_enters_where_their_role_is_not_enough(app: Flask, world: World, things: Things) -> None:
    """A visitor is sent to sign in, a program without a key is told so, and for the rest there is nothing there."""
    assert intruders(app, world, things, VISITOR, SECRETARIAT, CONSULTANT, MANAGER, STAFF) == []


def test_the_control_a_permit_too_wide_is_told(
    app: Flask, world: World, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hole: a permit that asks who somebody is and not what they do."""
    monkeypatch.setattr("service.platform.web.errors.log.exception", lambda *_args, **_values: None)
    monkeypatch.setattr(Permit, "lets", lambda self, identity: identity is not None or self is permit.public)
    found = intruders(app, world, things, STAFF)
    assert "staff: GET /katalog: 200" in found
    assert any(line.startswith("staff: POST /kommuner/<municipality_code>/partnerskab/kasser") for line in found)


# Headers


def answers_everywhere(app: Flask, ids: Ids, people: list[Asker]) -> dict[str, TestResponse]:
    """An answer of every route that writes, to each of the people, and of the errors that no route gives. What reads is in `test_visit`."""
    found: dict[str, TestResponse] = {}
    for asker in people:
        for verb, rule in routes(app):
            if verb == "GET":
                continue
            address = next(addresses(rule, ids))
            found[f"{asker.name} {verb} {rule.rule}"] = asker.ask(verb, address, token="")
        client = asker.client
        found |= {
            f"{asker.name} 404": client.get("/findes-ikke"),
            f"{asker.name} 404 of the API": client.get("/api/v1/findes-ikke"),
            f"{asker.name} 405": client.put("/verificer"),
            f"{asker.name} 413": client.post("/log-ind", data={"email": "x" * 2_200_000}),
            f"{asker.name} 400 host": client.get("/log-ind", headers={"Host": "andetsted.example"}),
            f"{asker.name} 308": client.get("/log-ind/"),
        }
    return found


@pytest.mark.gate("3.4.2", "3.4.3", "3.4.4", "3.4.5", "3.4.6", "3.4.7", "3.4.8")
def test_every_answer_has_the_headers_errors_too(
    app: Flask, world: World, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = askers(app, world)
    found = answers_everywhere(app, things.mine, [visitor(app), people[SECRETARIAT], people[MANAGER]])
    statuses = {answer.status_code for answer in found.values()}
    assert {200, 400, 401, 404, 405, 413} <= statuses
    assert not {status for status in statuses if status >= 500}, [
        name for name, answer in found.items() if answer.status_code >= 500
    ]

    def breaks() -> str:
        raise ZeroDivisionError

    monkeypatch.setitem(app.view_functions, "home.municipalities", permit.drc(breaks))
    monkeypatch.setattr("service.platform.web.errors.log.exception", lambda *_args, **_values: None)
    found["500"] = people[SECRETARIAT].ask("GET", "/kommuner")
    assert found["500"].status_code == 500
    faults = {name: header_faults(answer) for name, answer in found.items()}
    assert {name: fault for name, fault in faults.items() if fault} == {}


@pytest.mark.gate("3.4.3")
def test_a_nonce_is_used_once(app: Flask) -> None:
    client = app.test_client()
    policies = {client.get("/log-ind").headers["Content-Security-Policy"] for _each in range(5)}
    assert len(policies) == 5


@pytest.mark.parametrize(
    ("hole", "told_of"),
    [
        (lambda answer: answer.headers.pop("X-Content-Type-Options"), "X-Content-Type-Options"),
        (lambda answer: answer.headers.set("Cache-Control", "public"), "Cache-Control"),
        (lambda answer: answer.headers.set("Access-Control-Allow-Origin", "*"), "Access-Control"),
        (lambda answer: answer.headers.pop("Content-Security-Policy"), "Content-Security-Policy"),
        (lambda answer: _widen(answer, "script-src", "script-src 'unsafe-inline'"), "Content-Security-Policy"),
        (
            lambda answer: _widen(answer, "style-src 'self'", "style-src 'self' 'unsafe-inline'"),
            "Content-Security-Policy",
        ),
        (lambda answer: _widen(answer, "frame-ancestors 'none'", "frame-ancestors *"), "Content-Security-Policy"),
        (lambda answer: _add(answer, "<script>x()</script>"), "a script without"),
        (lambda answer: _add(answer, '<p onclick="x()">'), "handler or style"),
        (lambda answer: _add(answer, '<p class="a" style="color: red">'), "handler or style"),
    ],
)
def test_the_control_a_missing_header_is_told(app: Flask, hole: Callable[[Any], Any], told_of: str) -> None:
    assert header_faults(app.test_client().get("/log-ind")) == []
    answer = app.test_client().get("/log-ind")
    hole(answer)
    assert [fault for fault in header_faults(answer) if fault.startswith(told_of)]


def _add(answer: TestResponse, markup: str) -> None:
    answer.set_data(answer.get_data(as_text=True) + markup)


def _widen(answer: TestResponse, old: str, new: str) -> None:
    policy = answer.headers["Content-Security-Policy"]
    assert old in policy
    answer.headers["Content-Security-Policy"] = policy.replace(old, new)


# Forgery


def forged(app: Flask, people: Mapping[str, Asker], ids: Ids) -> list[str]:
    """The pages that write for a browser which was sent by another site: without its token, or with a token of another browser."""
    other = visitor(app)
    found = []
    pages = [(verb, rule) for verb, rule in routes(app) if verb in UNSAFE and not rule.rule.startswith("/api/")]
    assert len(pages) > 15
    for verb, rule in pages:
        demanded = permit_of(app, rule.endpoint)
        assert demanded is not None
        if not demanded.by_cookie:
            continue  # it knows nobody by one: see below
        asker = people[MANAGER if rule.endpoint == "agreements.decide" or demanded.who is Who.MANAGER else SECRETARIAT]
        assert lets(demanded, asker.name)
        address = next(addresses(rule, {**ids, "act": ("afvis",), **asker.own}))
        for name, token in (("no token", ""), ("another's token", other.token), ("a made up token", "x" * 40)):
            if asker.ask(verb, address, token=token).status_code != 400:
                found.append(f"{verb} {rule.rule} with {name}")
    return found


@pytest.mark.gate("3.5.1")
def test_every_page_that_writes_refuses_without_the_token_of_its_browser(
    app: Flask, world: World, things: Things, place: Servers
) -> None:
    people = askers(app, world)
    before = stored(place)
    assert forged(app, people, things.mine) == []
    after = stored(place)
    assert {name for name in before if before[name] != after[name]} <= {"login_sessions"}  # a visitor came


def test_the_control_the_same_with_the_token_passes(app: Flask, world: World, things: Things) -> None:
    """It is the token that was missing: with it none of these answers is 400."""
    people, ids = askers(app, world), {**things.mine, "act": ("afvis",)}
    with app.app_context(), acting_for(clock([world.here.code])), transaction():
        soon = day_of(now()) + dt.timedelta(days=9)
        ending.propose(world.here.agreement, Party.MUNICIPALITY, world.here.manager, "Vi vil slutte.", last_day=soon)
    bodies = {
        "statements.release": {"month": f"{world.month:%Y-%m}"},
        "accounts.choose_now": {"code": world.here.code},
        "saml.answer": {"SAMLResponse": "svar"},
    }
    for verb, rule in routes(app):
        if rule.endpoint == "saml_leaving.end":
            continue  # takes what a login has signed, and no token
        if verb in UNSAFE and not rule.rule.startswith("/api/"):
            demanded = permit_of(app, rule.endpoint)
            by_manager = rule.endpoint in ("agreements.decide", "accounts.choose_now", "own_factors.remove")
            by_manager |= demanded is not None and demanded.who is Who.MANAGER
            asker = people[MANAGER if by_manager else SECRETARIAT]
            asked = addresses(rule, {**ids, **asker.own})
            answers = {asker.ask(verb, address, bodies.get(rule.endpoint)).status_code for address in asked}
            gone = {410} if rule.endpoint == "cooperation_answers.answer" else set()  # a new link was sent just before
            assert answers & {200, 204, 302, 409, 422, *gone}, rule.rule
            assert answers <= {200, 204, 302, 404, 409, 422, *gone}, rule.rule


def test_the_control_a_page_that_asks_for_no_token_is_told(
    app: Flask, world: World, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csrf, "_exempt_views", {*csrf._exempt_views, "service.reporting.statements.views.release"})
    assert forged(app, askers(app, world), things.mine) == [
        f"POST /opgoerelser with {name}" for name in ("no token", "another's token", "a made up token")
    ]


def test_what_knows_nobody_by_a_cookie_and_nothing_else_takes_a_browser_without_cookies(
    app: Flask, things: Things
) -> None:
    """Whoever holds the link holds the permit: a browser that keeps no cookies is never told that it lacks a token."""
    bare = app.test_client(use_cookies=False)
    found: dict[bool, set[bool]] = {}
    for verb, rule in routes(app):
        demanded = permit_of(app, rule.endpoint)
        if verb in UNSAFE and not rule.rule.startswith("/api/") and demanded is not None:
            status = bare.open(
                next(addresses(rule, {**things.mine, "sign_in_id": (str(UUID(int=1)),)})), method=verb
            ).status_code
            found.setdefault(demanded.by_cookie, set()).add(status == 400)
    assert found == {False: {False}, True: {True}}


@pytest.mark.gate("3.5.1")
def test_what_is_exempt_from_the_token_takes_no_cookie(app: Flask, world: World, things: Things) -> None:
    """The API asks for no token, as it knows nobody by their cookie: to a browser that is signed in it is shut."""
    people = askers(app, world)
    for verb, rule in routes(app):
        demanded = permit_of(app, rule.endpoint)
        if rule.rule.startswith("/api/") and demanded is not None and demanded.who is not Who.PUBLIC:
            asker = Asker("cookie", people[SECRETARIAT].client)
            assert asker.ask(verb, next(addresses(rule, things.mine)), {}).status_code == 401, rule.rule
