"""A stranger asks to join, confirms, and becomes an interested volunteer at the right place; and nothing else is kept or told."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from config.settings import Settings
from service.activity.finder import operations as finder
from service.activity.interests import jobs, lines, operations, queries
from service.activity.interests.models import Interest
from service.activity.interests.rules import InterestState
from service.network.networks import operations as networks
from service.volunteer.merging import operations as merging
from service.volunteer.merging import rules as merging_rules
from service.volunteer.volunteers import operations as volunteers
from service.volunteer.volunteers.models import Volunteer
from service.volunteer.volunteers.rules import VolunteerStatus
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.world import HERE, THERE, World, group_of, sign_in, volunteer_of

FILLED = {
    "name": "Kim Prøve",
    "email": "kim@frivillig.example",
    "phone": "12 34 56 78",
    "place": "6200",
    "themes-language_cafe": "1",
    "weekdays-tu": "1",
    "consent": "1",
}


@contextmanager
def everywhere(app: Flask) -> Iterator[None]:
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        yield


def ask(client: FlaskClient, **changes: str) -> TestResponse:
    return client.post("/bliv-frivillig", data=FILLED | changes)


def worked(app: Flask) -> None:
    """What waits is mailed, as a worker does it."""
    with everywhere(app):
        waiting = queries.due()
    with app.app_context():
        for key in waiting:
            jobs.send(str(key))


def links_mailed(settings: Settings) -> list[str]:
    found = []
    for path in (settings.var / "mail").glob("*.eml"):
        text = message_from_bytes(path.read_bytes(), policy=default).get_content()
        found += re.findall(r"http://localhost(/bliv-frivillig/[\w-]+)", text)
    return found


def status_of(app: Flask) -> list[str]:
    with everywhere(app):
        return list(db.session.scalars(select(Volunteer.status).where(Volunteer.email == FILLED["email"])))


def take_in(app: Flask) -> None:
    with everywhere(app):
        operations.take_in()


@pytest.fixture
def group(app: Flask) -> str:
    """The address of a group that anyone can find."""
    with everywhere(app):
        made = networks.create(group_of("Sprogbroen", HERE))
        shown = finder.publish(made.id, shown=True, contact=False, about="", agreed_on=day_of(now()))
        return shown.public_id


def test_who_confirms_becomes_an_interested_volunteer_and_waits_on_monday(
    app: Flask, world: World, settings: Settings, group: str
) -> None:
    client = app.test_client()
    answer = ask(client, group=group)
    assert answer.status_code == 302, answer.text
    assert "Set-Cookie" not in answer.headers
    worked(app)
    [link] = links_mailed(settings)
    take_in(app)
    with everywhere(app):
        assert db.session.scalars(select(Volunteer).where(Volunteer.email == FILLED["email"])).all() == []
    assert "Kim Prøve" in client.get(link).text
    with everywhere(app):
        assert not db.session.scalars(queries.interests()).all(), "a mail scanner that reads the link confirms nothing"
    for _twice in range(2):
        assert client.post(link, data={"deed": "confirm"}).status_code == 302
        take_in(app)
    with everywhere(app):
        [row] = db.session.scalars(queries.interests(InterestState.WAITING)).all()
        person = db.session.get_one(Volunteer, row.volunteer_id)
        assert (person.name, person.status, person.home_code) == ("Kim Prøve", "interested", HERE)
        [line] = db.session.execute(lines.waiting(day_of(now()))).all()
        assert (line.municipality_code, line.subject, line.note) == (HERE, str(row.id), "Sprogbroen")
        key = row.id
    sign_in(client, "sekretariat@drc.example")
    assert "Sprogbroen" in client.get("/interesserede").text
    page = client.get(f"/interesserede/{key}").text
    assert "12 34 56 78" in page
    with everywhere(app):
        operations.answer(key)
        assert db.session.execute(lines.waiting(day_of(now()))).all() == []


def test_who_changes_their_mind_is_an_interested_volunteer_no_more(app: Flask, settings: Settings) -> None:
    client = app.test_client()
    ask(client)
    worked(app)
    [link] = links_mailed(settings)
    client.post(link, data={"deed": "confirm"})
    take_in(app)
    client.post(link, data={"deed": "withdraw"})
    take_in(app)
    take_in(app)
    with everywhere(app):
        assert db.session.scalars(select(Volunteer.status).where(Volunteer.email == FILLED["email"])).all() == ["left"]
        assert queries.funnel().withdrawn == 1
        [key] = db.session.scalars(select(Volunteer.id).where(Volunteer.email == FILLED["email"])).all()
        volunteers.set_status(key, VolunteerStatus.INTERESTED)
    take_in(app)
    assert status_of(app) == ["interested"], "who has come back by the consultant is not let go again"
    client.post(link, data={"deed": "withdraw"})
    client.post(link, data={"deed": "confirm"})
    with everywhere(app):
        operations.answer(db.session.scalars(select(Interest.id)).one())
    client.post(link, data={"deed": "withdraw"})
    take_in(app)
    assert status_of(app) == ["left"]
    client.post(link, data={"deed": "confirm"})
    take_in(app)
    assert status_of(app) == ["interested"]
    with everywhere(app):
        assert len(db.session.execute(lines.waiting(day_of(now()))).all()) == 1, (
            "who would like to after all waits as one who is new"
        )


def test_who_still_would_like_to_join_another_group_is_not_let_go(app: Flask, settings: Settings) -> None:
    client = app.test_client()
    for _twice in range(2):
        ask(client)
    worked(app)
    first, second = links_mailed(settings)
    for link in (first, second):
        client.post(link, data={"deed": "confirm"})
    take_in(app)
    client.post(first, data={"deed": "withdraw"})
    take_in(app)
    assert status_of(app) == ["interested"]
    client.post(second, data={"deed": "withdraw"})
    take_in(app)
    assert status_of(app) == ["left"]


def test_what_was_asked_for_follows_whoever_is_merged(app: Flask, settings: Settings) -> None:
    client = app.test_client()
    ask(client)
    worked(app)
    client.post(links_mailed(settings)[0], data={"deed": "confirm"})
    take_in(app)
    with everywhere(app):
        lost = db.session.scalars(select(Interest.volunteer_id)).one()
        kept = volunteers.create(volunteer_of("Kim P.", HERE, phone="00 00 00 01")).id
        assert lost is not None
        merging.merge(kept, lost)
    with everywhere(app):
        assert db.session.scalars(select(Interest.volunteer_id)).all() == [kept]


def test_whatever_refers_to_a_volunteer_is_known_to_merging() -> None:
    tables = {
        each.parent.table.name
        for table in db.metadata.tables.values()
        for each in table.foreign_keys
        if each.column.table.name == "volunteers"
    }
    known = {
        *merging_rules.BESIDE,
        *merging_rules.FOLLOW,
        "volunteer_words",
        "volunteer_merges",
        "certificate_reminders",
    }
    assert tables - known == set()


def test_who_is_answered_at_once_becomes_an_interested_volunteer_all_the_same(app: Flask, settings: Settings) -> None:
    client = app.test_client()
    ask(client)
    worked(app)
    client.post(links_mailed(settings)[0], data={"deed": "confirm"})
    with everywhere(app):
        operations.answer(db.session.scalars(select(Interest.id)).one())
    take_in(app)
    with everywhere(app):
        assert db.session.scalars(select(Volunteer.status).where(Volunteer.email == FILLED["email"])).all() == [
            "interested"
        ]


def test_whom_drc_knows_already_is_not_made_twice(app: Flask, settings: Settings) -> None:
    with everywhere(app):
        known = volunteers.create(volunteer_of("Kim P.", HERE, email=FILLED["email"])).id
    client = app.test_client()
    ask(client)
    worked(app)
    client.post(links_mailed(settings)[0], data={"deed": "confirm"})
    take_in(app)
    with everywhere(app):
        assert db.session.scalars(select(Volunteer.id).where(Volunteer.email == FILLED["email"])).all() == [known]
        assert db.session.scalars(select(Interest.volunteer_id)).all() == [known]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Du har vundet: https://ond.example"}, "name"),
        ({"email": "kim"}, "email"),
        ({"place": "Atlantis"}, "place"),
        ({"place": "2000"}, "place"),
        ({"consent": ""}, "consent"),
    ],
)
def test_what_lacks_is_said_beside_it_and_what_was_typed_stays(app: Flask, changes: dict[str, str], field: str) -> None:
    answer = ask(app.test_client(), **changes)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert 'value="12 34 56 78"' in answer.text
    with everywhere(app):
        assert db.session.scalars(select(Interest)).all() == []


def test_a_postal_code_of_several_municipalities_is_asked_about_and_then_taken(app: Flask) -> None:
    client = app.test_client()
    assert '<option value="0147">Frederiksberg</option>' in ask(client, place="2000").text
    assert ask(client, place="0147").status_code == 302
    with everywhere(app):
        assert db.session.scalars(select(Interest.municipality_code)).all() == ["0147"]


def test_programs_that_fill_in_everything_and_floods_leave_nothing(app: Flask, settings: Settings) -> None:
    client = app.test_client()
    assert ask(client, website="https://spam.example").status_code == 302
    with everywhere(app):
        assert db.session.scalars(select(Interest)).all() == []
    statuses = [ask(client).status_code for _time in range(8)]
    assert set(statuses) == {302, 429}
    with everywhere(app):
        assert len(db.session.scalars(select(Interest)).all()) == statuses.count(302) == 5


def test_a_thousand_from_one_machine_are_not_a_thousand_mails(app: Flask) -> None:
    client = app.test_client()
    statuses = [ask(client, email=f"kim{number}@frivillig.example").status_code for number in range(40)]
    assert statuses.count(429) > 0
    with everywhere(app):
        assert len(db.session.scalars(select(Interest.id)).all()) == statuses.count(302) == 30


def test_what_nobody_confirms_is_forgotten_and_its_link_opens_nothing(app: Flask, settings: Settings) -> None:
    client = app.test_client()
    ask(client)
    worked(app)
    [link] = links_mailed(settings)
    with everywhere(app):
        db.session.execute(update(Interest).values(sent_at=now() - dt.timedelta(days=2, minutes=1)))
    assert client.get(link).status_code == 410
    with everywhere(app):
        operations.forget_old()
    with everywhere(app):
        assert db.session.scalars(select(Interest)).all() == []
    assert client.get(link[:-2] + "xx").status_code == 410
