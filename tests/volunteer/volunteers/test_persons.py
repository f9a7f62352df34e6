"""Volunteers by the real operations: entry and doubles, roles and the certificate wall, life, silence, and who looks after whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from service.network.networks import operations as networks
from service.platform.ledger.models import NationalLedgerEntry
from service.platform.web.errors import Conflict, Invalid, Refusal
from service.volunteer.certificates import operations as certificates
from service.volunteer.certificates import queries as certificate_queries
from service.volunteer.volunteers import operations, queries
from service.volunteer.volunteers.models import Volunteer
from service.volunteer.volunteers.operations import ProbablyKnown
from service.volunteer.volunteers.rules import Certificate, Children, Likeness, Purpose, Silence, VolunteerStatus
from tenants.calendar import day_of
from tenants.database import db, now
from tests.support.world import HERE, THERE, World, group_of, volunteer_of
from tests.volunteer.volunteers.conftest import group, person

Act = Callable[[], Any]
ROLE = {"role": "member", "children": Children.AS_GROUP}


def found(asked: str) -> list[str]:
    return [row.name for row in db.session.scalars(queries.volunteers(asked))]


def test_a_volunteer_is_found_however_the_name_is_typed(everywhere: Act) -> None:
    with everywhere():
        person("Jørgen Ærø", email="joergen@frivillig.example")
        person("Åse Müller")
        assert found("jorgen aero") == found("Joergen") == found("frivillig.example") == ["Jørgen Ærø"]
        assert found("aase muller") == ["Åse Müller"]
        assert found("jorgen muller") == []


def test_who_is_probably_here_already_is_shown_before_anything_is_saved(everywhere: Act) -> None:
    with everywhere():
        there = person("Anna Prøve", email="anna@frivillig.example", phone="+45 12 34 56 78")
        for given, why in (
            (volunteer_of("En anden", email="anna@frivillig.example"), Likeness.EMAIL),
            (volunteer_of("En anden", phone="12345678"), Likeness.PHONE),
            (volunteer_of("Prøve, ANNA", HERE), Likeness.NAME),
        ):
            with pytest.raises(ProbablyKnown) as refused:
                operations.create(given)
            assert [(each.volunteer.id, each.why) for each in refused.value.found] == [(there, (why,))]
        assert operations.create(volunteer_of("Anna Prøve", THERE)).id != there, "elsewhere a name is a name"
        assert operations.create(volunteer_of("Anna Prøve", HERE), anyway=True).id != there


def test_the_contacts_of_groups(everywhere: Act) -> None:
    today = day_of(now())
    with everywhere():
        one, empty = group("Gruppen"), group("Tom gruppe")
        for name, role, changes in (
            ("Dansk", "contact", {"email": "dansk@frivillig.example"}),
            ("Engelsk", "contact", {"email": "engelsk@frivillig.example", "languages": {"en", "ar"}}),
            ("Uden adresse", "contact", {}),
            ("Medlem", "member", {"email": "medlem@frivillig.example"}),
            ("Stoppet", "contact", {"email": "stoppet@frivillig.example"}),
            ("I morgen", "contact", {"email": "i.morgen@frivillig.example"}),
        ):
            key = person(name, **changes)
            day = today + dt.timedelta(days=name == "I morgen")
            operations.start_role(key, {**ROLE, "group_id": one, "role": role, "valid_from": day})
            if name == "Stoppet":
                operations.set_status(key, VolunteerStatus.LEFT)
        contacts = queries.contacts([one, empty])
        assert [(c.name, c.email, c.language) for c in contacts[one]] == [
            ("Dansk", "dansk@frivillig.example", "da"),
            ("Engelsk", "engelsk@frivillig.example", "en"),
        ]
        assert contacts[empty] == []


def test_no_role_with_children_without_a_verified_certificate(everywhere: Act) -> None:
    today = day_of(now())
    with everywhere():
        homework = group("Lektiecafe", themes={"homework_help"})
        cafe = group("Sprogcafe")
        key = person("Kim Prøve")
        role = {**ROLE, "group_id": homework}
        with pytest.raises(Refusal, match="børneattest") as refused:
            operations.start_role(key, role)
        assert list(refused.value.errors) == ["children"]
        with pytest.raises(Refusal):
            operations.start_role(key, {**ROLE, "group_id": cafe, "children": Children.YES})
        operations.start_role(key, {**ROLE, "group_id": cafe})  # the control: a role that meets no children
        treasurer = operations.start_role(key, {**role, "role": "treasurer", "children": Children.NO})
        with pytest.raises(Refusal):
            operations.set_children(key, treasurer.id, Children.AS_GROUP)

        expired = certificates.verify(key, today - dt.timedelta(days=800), today - dt.timedelta(days=1))
        with pytest.raises(Refusal):
            operations.start_role(key, role)
        certificates.verify(key, today)
        operations.start_role(key, role)
        assert expired.renew_by < today
        operations.set_children(key, treasurer.id, Children.AS_GROUP)


def test_a_role_that_begins_later_needs_a_certificate_that_holds_then(everywhere: Act) -> None:
    today = day_of(now())
    with everywhere():
        key, homework = person("Kim Prøve"), group("Lektiecafe", themes={"homework_help"})
        certificates.verify(key, today, today + dt.timedelta(days=10))
        with pytest.raises(Refusal):
            operations.start_role(key, {**ROLE, "group_id": homework, "valid_from": today + dt.timedelta(days=11)})
        operations.start_role(key, {**ROLE, "group_id": homework, "valid_from": today + dt.timedelta(days=10)})


def test_when_a_group_turns_to_children_the_certificates_that_are_missing_are_listed(everywhere: Act) -> None:
    today = day_of(now())

    def due(standing: Certificate | None = None) -> list[str]:
        return [row.name for row in db.session.scalars(certificate_queries.due({HERE}, today, standing))]

    with everywhere():
        given = {**group_of("Familierne", HERE), "themes": {"network_family"}}
        families = networks.create(given).id
        for name, children in (("Med", Children.AS_GROUP), ("Uden", Children.NO)):
            operations.start_role(person(name), {**ROLE, "group_id": families, "children": children})
        assert due() == []
        networks.change(families, {**given, "meets_children": True})
        assert due() == due(Certificate.MISSING) == ["Med"]
        key = next(row.id for row in db.session.scalars(queries.volunteers("Med")))
        certificates.verify(key, today, today + dt.timedelta(days=60))
        assert due() == due(Certificate.SOON) == ["Med"]
        certificates.verify(key, today)
        assert due() == []


def test_the_life_of_a_volunteer(everywhere: Act) -> None:
    today = day_of(now())
    with everywhere():
        key, cafe = person("Kim Prøve", started_on=today - dt.timedelta(days=30)), group("Sprogcafe")
        assert queries.volunteer(key).status == VolunteerStatus.INTERESTED
        held = operations.start_role(key, {**ROLE, "group_id": cafe})
        assert queries.volunteer(key).status == VolunteerStatus.ACTIVE, "who has a role is active"
        with pytest.raises(Conflict):
            operations.start_role(key, {**ROLE, "group_id": cafe})
        with pytest.raises(Refusal):
            operations.set_status(key, VolunteerStatus.INTERESTED)
        with pytest.raises(Invalid):
            operations.set_status(key, VolunteerStatus.LEFT, today + dt.timedelta(days=1))
        operations.set_status(key, VolunteerStatus.LEFT)
        row = queries.volunteer(key)
        assert (row.ended_on, held.valid_to) == (today, today)
        with pytest.raises(Invalid):
            operations.end_role(key, held.id, today + dt.timedelta(days=30))
        with pytest.raises(Refusal):
            operations.start_role(key, {**ROLE, "group_id": cafe})
        operations.set_status(key, VolunteerStatus.ACTIVE)
        assert queries.volunteer(key).ended_on is None
        again = operations.start_role(key, {**ROLE, "group_id": cafe})
        for days in (10, 40, 20):
            end = today + dt.timedelta(days=days)
            assert operations.end_role(key, again.id, end).valid_to == end, "an end to come is moved both ways"


def test_consents_are_given_and_withdrawn_one_by_one(everywhere: Act) -> None:
    with everywhere():
        key = person("Kim Prøve")
        operations.give_consent(key, Purpose.NEWS)
        operations.give_consent(key, Purpose.PHOTOS)
        with pytest.raises(Conflict):
            operations.give_consent(key, Purpose.NEWS)
        operations.withdraw_consent(key, Purpose.NEWS)
        operations.withdraw_consent(key, Purpose.NEWS)
        assert {c.purpose: bool(c.withdrawn_on) for c in queries.consents(key)} == {"news": True, "photos": False}
        operations.give_consent(key, Purpose.NEWS)


def test_who_has_been_silent_is_listed_until_something_is_noted(everywhere: Act) -> None:
    long_ago = day_of(now()) - dt.timedelta(days=400)
    with everywhere():
        for name, code, status in (
            ("Aktiv", HERE, "active"),
            ("Venter", HERE, "interested"),
            ("Anden egn", THERE, "active"),
            ("Stoppet", HERE, "left"),
        ):
            queries.volunteer(person(name, code, status=VolunteerStatus(status))).heard_on = long_ago
        db.session.flush()
        listed = {each.volunteer.name: each for each in queries.silent({HERE})}
        assert {name: each.why for name, each in listed.items()} == {
            "Aktiv": Silence.UNHEARD,
            "Venter": Silence.WAITING,
        }
        operations.confirm(listed["Aktiv"].volunteer.id)
        operations.set_status(listed["Venter"].volunteer.id, VolunteerStatus.LEFT)
        assert queries.silent({HERE}) == []


def test_a_consultant_looks_after_those_of_the_territory_alone(
    world: World, everywhere: Act, consultant: Act, app: Flask
) -> None:
    with everywhere():
        mine, yours, both = person("Min", HERE), person("Din", THERE), person("Begges", THERE)
        operations.start_role(both, {**ROLE, "group_id": group("Over grænsen", THERE, HERE)})
        theirs = group("Deres", THERE)
    with consultant():
        operations.confirm(mine)
        operations.confirm(both)
        for refused in (
            lambda: operations.confirm(yours),
            lambda: operations.change(yours, volunteer_of("Ny")),
            lambda: operations.set_status(yours, VolunteerStatus.LEFT),
            lambda: certificates.verify(yours, day_of(now())),
            lambda: operations.start_role(mine, {**ROLE, "group_id": theirs}),
            lambda: operations.create(volunteer_of("Ny", THERE)),
        ):
            with pytest.raises(Refusal):
                refused()
        assert queries.volunteer(yours).name == "Din", "every one of DRC's people may read"


def test_the_ledger_names_acts_and_never_a_person(everywhere: Act) -> None:
    with everywhere():
        key = person("Kanariegul Prøve", email="kanariegul@frivillig.example")
        operations.read(key)
        entries = db.session.scalars(
            select(NationalLedgerEntry)
            .where(NationalLedgerEntry.subject == f"volunteer:{key}")
            .order_by(NationalLedgerEntry.number)
        )
        told = [(entry.act, str(entry.details)) for entry in entries.all()]
        assert [act for act, _details in told] == ["volunteer.created", "volunteer.read"]
        assert "kanariegul" not in str(told).lower()


def test_the_service_finds_no_volunteer_for_a_municipality(everywhere: Act, app: Flask) -> None:
    from tenants.acting import acting_for
    from tenants.reach import Office, Reach

    with everywhere():
        key = person("Kim Prøve", HERE, email="kim@frivillig.example")
        cafe = group("Sprogcafe", HERE)
        operations.start_role(key, {**ROLE, "group_id": cafe, "role": "contact"})
        assert queries.contacts([cafe])[cafe]
    for office in (Office.MUNICIPALITY, Office.LINK, Office.DOOR):
        with app.app_context(), acting_for(Reach(office, frozenset({HERE}))):
            assert db.session.scalars(select(Volunteer)).all() == []
            assert queries.contacts([cafe])[cafe] == []
