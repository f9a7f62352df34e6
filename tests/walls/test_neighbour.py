"""The neighbour: two municipalities of the same shape, and nothing of the one to be had through the doors of the other.

For every route with an id in its address, whoever acts for HERE asks with each of THERE's ids, under THERE's code and under
HERE's own: 404. The same with their own ids is there. A word that stands in all of THERE's texts is looked for in all that
HERE's people can read by `test_visit`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.routing import Map, Rule

from service.activity.activities.schemas import ChangedActivity, Counting, NewSession
from service.activity.finder.schemas import PublicGroupFields
from service.activity.posters.schemas import PublicFields
from service.network.needs.schemas import NeedFields
from service.partnership.agreements import queries as agreement_queries
from service.partnership.partnerships.sent import scope_shown
from service.platform.accounts import operations as accounts
from service.platform.web.permits import Permit, Who, permit_of
from service.reporting.statements.models import Statement
from tenants.acting import acting_for
from tenants.calendar import month_name
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.sent import put
from tests.support.world import HERE, THERE, Things, World, scope
from tests.walls.ways import (
    CONSULTANT,
    LET,
    MANAGER,
    SECRETARIAT,
    STAFF,
    VISITOR,
    Asker,
    Ids,
    addresses,
    askers,
    lets,
    routes,
    walk,
)
from tests.walls.words import holding, named, other_names

OURS = (MANAGER, STAFF, CONSULTANT)  # those with HERE within reach and THERE not
# Parameters that name nothing of a municipality's; a mailed link (`token`) opens to whoever holds it, and has tests of its own.
NO_IDS = {"month", "year", "act", "contact_side", "deed", "token", "work_kind", "step_name", "draft_part"} | {
    "national_year_id"  # all of Denmark's, and DRC's own
}
# At the door anybody chooses whose login to use. Those of SAML want one that speaks it, and have tests of their own (tests/platform/saml).
AT_THE_DOOR = {
    "saml.begin",
    "saml.trial",
    "saml.begin_trial",
    "providers.trial",
    "providers.begin_trial",
    "leaving.there",
    "finder.group",  # anyone's
    "finder.calendar",
}
# The network is DRC's: its consultants see every group and volunteer, a municipality the groups that are shared with it.
DRCS_OWN = ("/api/v1/groups", "/api/v1/networks", "/api/v1/volunteers", "/grupper", "/netvaerk", "/frivillige")


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Asker]:
    """Those who ask."""
    return askers(app, world)


@pytest.fixture
def mine(things: Things) -> Ids:
    """What HERE has."""
    return things.mine


@pytest.fixture
def theirs(things: Things) -> Ids:
    """What THERE has."""
    return things.theirs


@pytest.fixture
def bodies(app: Flask, world: World) -> Mapping[str, Any]:
    """What is to be sent so that a call is refused for its id alone, and not for what it lacks."""
    whole = {"scope": scope_shown(scope(world.month, "kanariegul"))}
    reason = {"reason": "Det kan vi desværre ikke."}
    signed = {"name": "Inger Madsen", "title": "borgmester", "signed_on": "2010-12-15"}
    return {
        "agreements.decide": reason,
        "editions.revise": reason,
        "api_statements.revise": reason,
        "api_activities.change": put(ChangedActivity, name="Nyt navn", place="Huset"),
        "api_agreements.approve": {"sha256": "0" * 64},
        "api_agreements.draft_addendum": {"starts_on": "2026-01-07"},
        "api_agreements.take_in": {"municipality": signed, "drc": signed, "scan": "QUJD"},
        "api_agreements.decline": reason,
        "api_agreements.withdraw": reason,
        "api_agreements.terminate": reason,
        "api_agreement-ends.propose": {**reason, "last_day": "2026-12-24"},
        "api_agreement-ends.end_for_breach": {**reason, "last_day": "2026-12-24", "called_on": "2026-11-01"},
        "api_filings.set_address": {"email": "journal@kommune.example"},
        "api_agreements.change": whole,
        "api_agreements.mend": whole,
        "api_partnerships.keep_draft": whole,
        "api_needs.change": put(NeedFields, kind="mentor", number=2),
        "api_needs.progress": {"in_place": 1},
        "api_needs.answer": {"group_id": str(world.shared_group), "number": 1},
        "api_contacts.change": {"name": "En", "title": "To", "phone": "12 34 56 78", "email": "en@kommune.example"},
        "api_feeds.rename_feed": {"title": "Nyt navn"},
        "api_people.disable": reason,
        "api_people.end": reason,
        "api_posters.publish": put(PublicFields),
        "api_finder.publish": put(PublicGroupFields),
        "api_sessions.set_counting": put(Counting),
        "api_sessions.change": put(NewSession, held_on="2026-01-07", adults=7),
        "api_imports.columns": {"columns": [{"name": "name"}, {"name": "kind"}, {"name": "home"}]},
        "api_imports.mend": {"cells": {"name": "Gruppen"}},
        "api_imports.decide": {"choice": "new"},
        "api_imports.decide_all": {"choice": "skip"},
        "api_lens.consent": {
            "group_id": str(world.shared_group),
            "given_by": "En",
            "given_on": "2026-01-07",
            "given_how": "phone",
        },
    }


def with_ids(app: Flask) -> list[tuple[str, Rule]]:
    """The routes whose address names something of a municipality's. A link is its own permit, whoever holds it."""
    links = links_of(app)
    return [
        (verb, rule)
        for verb, rule in routes(app)
        if rule.arguments - NO_IDS and permit_of(app, rule.endpoint) not in links and rule.endpoint not in AT_THE_DOOR
    ]


def one_of_each(ids: Ids) -> Ids:
    """Of each thing one id: enough to see that a route is told."""
    return {name: values[:1] for name, values in ids.items()}


def links_of(app: Flask) -> list[Permit]:
    """The permits that are links."""
    found = (permit_of(app, rule.endpoint) for rule in app.url_map.iter_rules())
    return [permit for permit in found if permit is not None and permit.who is Who.LINK]


def open_to_the_neighbour(
    asked: Iterable[tuple[str, Rule]], people: Mapping[str, Asker], mine: Ids, theirs: Ids, bodies: Mapping[str, Any]
) -> list[str]:
    """Every route where the neighbour's id is answered with anything but 404. The secretariat may see both, but not one as the other's."""
    found = []
    for verb, rule in asked:
        straight = list(addresses(rule, theirs))
        mixed = (
            list(addresses(rule, {**theirs, "municipality_code": mine["municipality_code"]}))
            if rule.arguments - NO_IDS - {"municipality_code"}
            else []
        )
        mixed = [address for address in mixed if address not in straight]
        for who in people:
            if who == CONSULTANT and rule.rule.startswith(DRCS_OWN):
                continue
            for address in mixed if who == SECRETARIAT else [*straight, *mixed]:
                answer = people[who].ask(verb, address, bodies.get(rule.endpoint))
                if answer.status_code != 404:
                    found.append(f"{who}: {verb} {rule.rule}: {answer.status_code}")
    return found


def shut_to_oneself(app: Flask, people: Mapping[str, Asker], mine: Ids, bodies: Mapping[str, Any]) -> list[str]:
    """Every route where one's own id is answered with 404: there the check above would see nothing."""
    found = []
    for verb, rule in with_ids(app):
        demanded = permit_of(app, rule.endpoint)
        assert demanded is not None
        readers = [who for who in (*OURS, SECRETARIAT) if lets(demanded, who)]
        there = set()
        for who in readers:
            own = {**mine, **people[who].own}
            statuses = (
                people[who].ask(verb, address, bodies.get(rule.endpoint)).status_code
                for address in addresses(rule, own)
            )
            there |= {who} if any(status != 404 and status < 500 for status in statuses) else set()
        # What reads is there for everyone whom the permit lets; what acts, for somebody: the rules of the feature say who.
        if (verb == "GET" and there != set(readers)) or not there:
            found.append(f"{verb} {rule.rule}: there for {sorted(there)} of {readers}")
    return found


@pytest.mark.gate("8.2.2", "8.4.1")
def test_what_is_the_neighbours_is_not_there(
    app: Flask, people: dict[str, Asker], mine: Ids, theirs: Ids, bodies: Mapping[str, Any]
) -> None:
    assert len(with_ids(app)) > 40
    assert open_to_the_neighbour(with_ids(app), people, mine, theirs, bodies) == []


def test_what_is_ones_own_is_there(app: Flask, people: dict[str, Asker], mine: Ids, bodies: Mapping[str, Any]) -> None:
    """The positive control: the same table with one's own ids."""
    assert shut_to_oneself(app, people, mine, bodies) == []


def test_the_control_a_reach_too_wide_is_told(
    app: Flask,
    people: dict[str, Asker],
    mine: Ids,
    theirs: Ids,
    bodies: Mapping[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The hole: everyone's reach holds THERE as well. Nearly every route must be told, of pages and of the API."""
    real = accounts._identity

    def wide(*args: Any, **options: Any) -> Any:
        found = real(*args, **options)
        return replace(found, codes=found.codes | {THERE}) if found else None

    monkeypatch.setattr(accounts, "_identity", wide)
    some = {who: people[who] for who in (CONSULTANT, MANAGER)}
    mine, theirs = one_of_each(mine), one_of_each(theirs)  # a route that is told once is told
    told = {line.split(": ")[1] for line in open_to_the_neighbour(with_ids(app), some, mine, theirs, bodies)}
    assert {
        "GET /kommuner/<municipality_code>",
        "GET /kommuner/<municipality_code>/aftaler/<uuid:agreement_id>",
        "GET /dokumenter/<uuid:document_id>",
        "POST /kommuner/<municipality_code>/aktiviteter/<uuid:activity_id>",
        "GET /api/v1/statements/<uuid:statement_id>",
        "GET /api/v1/documents/<uuid:document_id>/content",
        "DELETE /api/v1/agreements/<uuid:agreement_id>",
    } <= told
    assert len(told) > 35


def test_the_control_an_id_taken_under_the_wrong_code_is_told(
    app: Flask,
    people: dict[str, Asker],
    mine: Ids,
    theirs: Ids,
    bodies: Mapping[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The hole: an agreement is found by its id alone, whatever municipality stands in the address."""
    real = agreement_queries.agreement
    monkeypatch.setattr(
        agreement_queries, "agreement", lambda agreement_id, code=None, **options: real(agreement_id, **options)
    )
    some = [(verb, rule) for verb, rule in with_ids(app) if rule.rule.startswith("/kommuner/")]
    mine, theirs = one_of_each(mine), one_of_each(theirs)
    told = open_to_the_neighbour(some, {SECRETARIAT: people[SECRETARIAT]}, mine, theirs, bodies)
    assert "secretariat: GET /kommuner/<municipality_code>/aftaler/<uuid:agreement_id>: 200" in told
    assert {line.split(": ")[1].rpartition("/aftaler/")[0] for line in told} == {
        "GET /kommuner/<municipality_code>",
        "POST /kommuner/<municipality_code>",
    }


def test_the_control_a_parameter_that_nobody_has_an_id_for_is_told(mine: Ids) -> None:
    rule = Map([Rule("/kommuner/<municipality_code>/moeder/<uuid:meeting_id>", endpoint="meetings.meeting")])._rules[0]
    with pytest.raises(LookupError, match="no id for meeting_id"):
        list(addresses(rule, mine))


# Ids that do not stand in the path


@pytest.mark.gate("8.2.2")
def test_lists_are_not_narrowed_to_the_neighbour(
    app: Flask, world: World, people: dict[str, Asker], mine: Ids, theirs: Ids
) -> None:
    """Each list of the API that takes a municipality, by its own description: THERE is 404, HERE is a list."""
    spec = app.test_client().get("/api/v1/openapi.json").json
    assert spec is not None
    lists = {
        path: "For DRC only." in verbs["get"].get("description", "")
        for path, verbs in spec["paths"].items()
        if any(
            parameter.get("name") == "municipality_code" and parameter.get("in") == "query"
            for parameter in verbs.get("get", {}).get("parameters", [])
        )
    }
    assert len(lists) >= 6
    assert not lists["/api/v1/activities"]
    for path, drcs in lists.items():
        readers = [who for who in OURS if not drcs or who == CONSULTANT]
        for who in readers:
            assert people[who].ask("GET", f"{path}?municipality_code={THERE}").status_code == 404, (who, path)
            assert people[who].ask("GET", f"{path}?municipality_code={HERE}").status_code == 200, (who, path)
    for who in OURS:
        of_theirs = people[who].ask("GET", f"/api/v1/sessions?activity_id={theirs['activity_id'][0]}").json
        of_mine = people[who].ask("GET", f"/api/v1/sessions?activity_id={mine['activity_id'][0]}").json
        assert of_theirs is not None
        assert of_mine is not None
        assert of_theirs["items"] == []
        assert len(of_mine["items"]) == 4


@pytest.mark.gate("8.2.2", "8.4.1")
def test_nothing_is_written_with_the_neighbours_id_in_the_body(
    world: World, people: dict[str, Asker], mine: Ids, theirs: Ids, bodies: Mapping[str, Any]
) -> None:
    """What is sent names a municipality or a thing: THERE's is not there. With HERE's the same call is answered."""
    month = {"month": month_name(world.month)}
    new = {"activity_type": "homework_help", "name": "Ny", "place": "Huset", "starts_on": "2026-01-05"}
    held = {"held_on": "2026-01-07", "volunteers": 2}
    consultant = people[CONSULTANT]
    for ids, expected in ((theirs, {404}), (mine, {200, 201, 202, 409})):
        code = {"municipality_code": ids["municipality_code"][0]}
        for path, body in (
            ("/api/v1/activities", {**new, **code}),
            ("/api/v1/sessions", {**held, "activity_id": ids["activity_id"][0]}),
            ("/api/v1/agreements", {**bodies["api_partnerships.keep_draft"], **code}),
            ("/api/v1/statements/close", {**month, **code}),
        ):
            assert consultant.ask("POST", path, body).status_code in expected, (path, code)


def test_releasing_a_month_reaches_no_further_than_who_does_it(
    app: Flask, world: World, people: dict[str, Asker]
) -> None:
    """The consultant of HERE releases a month: THERE's is held as before. The secretariat does: then it is not."""
    later = now() + dt.timedelta(hours=1)
    held = {"work_state": "due", "document_id": None, "issued_at": None, "released_at": later, "due_from": later}
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        db.session.execute(update(Statement).values(**held))

    def asked() -> set[str]:
        with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
            return {row.municipality_code for row in db.session.scalars(select(Statement)) if not row.held}

    assert people[CONSULTANT].ask("POST", "/opgoerelser", {"month": month_name(world.month)}).status_code == 302
    assert asked() == {HERE}
    assert people[SECRETARIAT].ask("POST", "/opgoerelser", {"month": month_name(world.month)}).status_code == 302
    assert asked() == {HERE, THERE}


@pytest.mark.gate("8.4.1")
def test_a_visitor_reads_of_no_municipality(app: Flask, world: World) -> None:
    """What anyone can open names no municipality, its people or its word."""
    texts = walk(
        Asker(VISITOR, app.test_client()), "/", "/verificer", "/api/docs", "/api/v1/openapi.json", "/tilgaengelighed"
    ).texts()
    assert len(texts) >= 5
    assert LET[Who.PUBLIC] >= {VISITOR}
    for place in (world.here, world.there):
        assert holding(texts, place.canary) == []
    assert named(texts, other_names(app)) == {}
