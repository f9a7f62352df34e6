"""A word in every field of a volunteer, through every way in and out; then the person is forgotten, and the word is looked for everywhere.

Whatever still holds it must be one of the remnants that the features declare, which are those that the plan's page shows.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from config.embedded import Servers
from config.settings import Settings
from service.activity.interests.models import Interest
from service.exchange.imports import work
from service.exchange.imports.rules import ImportState
from service.features import FEATURES
from service.network.networks.models import GroupContact
from service.platform.ledger import queries as ledger
from service.platform.ledger.models import NationalLedgerEntry
from service.platform.notices import operations as notices
from service.platform.notices.models import Notice
from service.platform.web.errors import NotFound
from service.platform.work.waking import connection
from service.volunteer.forgetting import operations, queries
from service.volunteer.forgetting.rules import ForgottenWhy
from service.volunteer.own_data import operations as own_data
from service.volunteer.own_data import queries as own_data_queries
from service.volunteer.own_data.models import OwnDataWish
from service.volunteer.volunteers import operations as volunteers
from service.volunteer.volunteers import queries as volunteer_queries
from service.volunteer.volunteers.likeness import probable
from service.volunteer.volunteers.models import Volunteer, VolunteerRole
from tenants.calendar import day_of
from tenants.database import Base, db, now
from tenants.personal import Data, classes_of
from tests.exchange.conftest import Sender, csv_of
from tests.support import servers
from tests.support.forms import forms_of
from tests.support.logged import logged
from tests.support.world import HERE, World, key_of, sign_in, volunteer_of
from tests.volunteer.forgetting.scanning import in_files, in_redis, in_tables
from tests.walls.planting import FIELDS, MARKS, PHONE, WORD, enter

NO_WORDS = {Data.NOBODY, Data.SECRET, Data.SIGN_IN, Data.DOER}  # hashes, ids and times


@pytest.fixture
def database(place: Servers) -> Iterator[psycopg.Connection]:
    """The database past its walls."""
    with psycopg.connect(servers.tester_url(place), autocommit=True) as found:
        yield found


def declared() -> set[str]:
    """The columns, as `table.column`, that a remnant says may still hold a word."""
    classes = {each.data for each in FEATURES.remnants if each.data}
    models = [mapper.class_ for mapper in Base.registry.mappers]
    return {
        f"{model.__tablename__}.{column}"
        for model in models
        for column, data in classes_of(model).items()
        if data in classes
    }


def planted(app: Flask, world: World, settings: Settings, everywhere: Callable[[], Any], client: FlaskClient) -> UUID:
    """Somebody who stands everywhere: merged, a group's contact, in files, mails, a program's answer, and with a copy of their own data."""
    with app.app_context():
        key = UUID(enter(world))
        _filed(Sender(world.secretariat), key)
    with everywhere():
        published = {name: FIELDS[name] for name in ("name", "email", "phone")}
        db.session.add(GroupContact(group_id=world.shared_group, **published))
        for about in ("sent", "waits"):
            notices.owe(HERE, about, str(FIELDS["email"]), "Emne", f"Kære {FIELDS['name']}\n")
        sent = db.session.scalars(select(Notice.id).where(Notice.about == "sent")).one()
        own_data.order(key)
        [link] = own_data_queries.due()
        asked = {
            "municipality_code": HERE,
            "phone": "",
            "themes": [],
            "weekdays": [],
            "language": "da",
            "consent": "Ja.",
        }
        moments = {"asked_at": now(), "confirmed_at": now(), "work_state": "done"}
        db.session.add(Interest(**asked, **moments, name=FIELDS["name"], email=FIELDS["email"], volunteer_id=key))
        db.session.add(OwnDataWish(volunteer_id=key, kind="correct", words=f"Hr. {WORD}navn", asked_at=now()))
    with app.app_context():
        program = key_of(world.secretariat)
        assert notices.send(HERE, sent, settings.mail_url, "localhost", 60)
        assert own_data.send(link, settings.mail_url, "localhost", 60)
    headers = {"Authorization": f"Bearer {program}", "Idempotency-Key": "once"}
    assert WORD in client.post(f"/api/v1/volunteers/{key}/confirm", headers=headers).text
    return key


def _filed(sender: Sender, key: UUID) -> None:
    """A file that changed the person, one whose row is refused, one whose name and first line are the person, and one that went out."""
    row = ["", FIELDS["email"], PHONE, f"{WORD}kursus: 01-09-2025", str(key)]
    row[0] = f"{FIELDS['name']} Nielsen"
    changing = sender.checked(csv_of(("Navn", "E-mail", "Telefon", "Kurser", "Id"), row), "volunteers")
    assert sender.applied(changing).outcome["changed"] == 1
    sender.checked(csv_of(("Navn", "Kommune"), (FIELDS["name"], "Ingensteds")), "volunteers")
    waiting = sender.send(csv_of(row, row), "volunteers", f"{FIELDS['name']}.csv")
    assert work.work(waiting, 60)
    assert sender.seen(waiting).state == ImportState.COLUMNS
    assert WORD in sender.taken_out("volunteers").decode()


def test_a_word_of_somebody_who_was_forgotten_stands_where_the_plan_says_and_nowhere_else(
    app: Flask,
    world: World,
    settings: Settings,
    everywhere: Callable[[], Any],
    client: FlaskClient,
    database: psycopg.Connection,
) -> None:
    with logged() as log:
        key = planted(app, world, settings, everywhere, client)
        before = in_tables(database, MARKS)
        assert {
            *("volunteers.name", "volunteer_words.word", "volunteer_courses.name", "volunteer_merges.before"),
            *("import_rows.cells", "import_rows.given", "import_rows.before", "imports.file_name", "imports.headings"),
            *("imports.content", "export_pieces.data"),
            *(
                "interests.name",
                "own_data_links.facts",
                "own_data_links.package",
                "own_data_wishes.words",
                "notices.body",
                "notices.recipient",
                "group_contacts.email",
                "idempotent_answers.body",
            ),
        } <= before, "the control: the word is found in each of these"
        sign_in(client, "sekretariat@drc.example")
        page = client.get(f"/frivillige/{key}/glem").text
        with everywhere(), force_locale("da"):
            plan = queries.plan(volunteer_queries.volunteer(key))
            assert {each.model.__tablename__ for each, count in plan.traces if count == 0} == set()
            found = {each.data: count for each, count in plan.remnants if count}
            assert found == {Data.FILE_IN: 1}, "the plan tells of the file that waits, and of nothing that is removed"
            told = unescape(page)
            assert [each.what for each, _count in plan.remnants if str(each.until) not in told] == []
            held = list(db.session.scalars(select(VolunteerRole.id).where(VolunteerRole.volunteer_id == key)))
            operations.forget(key, ForgottenWhy.ASKED)
        client.get("/frivillige")
    left = in_tables(database, MARKS)
    assert left <= declared(), "whatever still holds the word is told on the plan"
    assert left == {"imports.content"}, "the one file that waits to be told what its columns are, for a day"
    with app.app_context():
        assert in_redis(MARKS) == set()
    assert in_files(settings.var, MARKS) == {"mail"}
    assert {each.folder for each in FEATURES.remnants if each.folder} == {"mail", "postgres"}
    assert not any(mark in log.getvalue().lower() for mark in MARKS)
    assert str(key) in log.getvalue(), "by its log it is done again after a backup was put back"
    with everywhere():
        entry = select(NationalLedgerEntry).where(NationalLedgerEntry.act == "volunteer.forgotten")
        assert db.session.scalars(entry).one().subject == f"volunteer:{key}"
        assert [ledger.chain(code).fault for code in (None, HERE)] == [None, None]
        roles = select(VolunteerRole.id).where(VolunteerRole.volunteer_id == key)
        assert list(db.session.scalars(roles)) == held != [], "figures have what they had"
    assert client.get(f"/frivillige/{key}").status_code == 404


def test_the_controls_a_kept_copy_is_found_wherever_it_is(
    app: Flask, settings: Settings, database: psycopg.Connection, tmp_path: Path
) -> None:
    """The holes: a table of its own with a copy, as text, list, JSON and packed bytes; a key of Redis; a file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.json", f"{WORD}navn" * 9)
    database.execute("CREATE TABLE kept_copies (a text, b text[], c jsonb, d bytea)")
    try:
        row = (f"Hr. {WORD.upper()}NAVN", [f"{WORD}mail"], json.dumps({WORD: f"{WORD}kursus"}), packed.getvalue())
        database.execute("INSERT INTO kept_copies VALUES (%s, %s, %s, %s)", row)
        found = in_tables(database, MARKS)
        assert found == {f"kept_copies.{column}" for column in "abcd"}
        assert not found <= declared()
    finally:
        database.execute("DROP TABLE kept_copies")
    with app.app_context():
        connection().set("job", f"{WORD}navn")
        assert in_redis(MARKS) == {"job"}
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "copy.txt").write_text(f"{WORD}mail")
    assert in_files(tmp_path, MARKS) == {"kept"}


def test_every_class_of_personal_data_is_found_or_told_to_stay() -> None:
    covered = {each.data for each in FEATURES.traces} | {each.data for each in FEATURES.remnants}
    assert set(Data) - NO_WORDS - covered == set()
    models = {each.model.__tablename__ for each in FEATURES.traces}
    naming = {
        mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if {Data.VOLUNTEER, Data.VOLUNTEER_CONSENT, Data.CERTIFICATE, Data.MERGED}
        & set(classes_of(mapper.class_).values())
    }
    assert naming <= models, "every table of volunteers is one whose rows are found"


def test_of_two_who_share_an_address_the_other_keeps_their_mail(everywhere: Callable[[], Any]) -> None:
    with everywhere():
        one, other = (
            volunteers.create(volunteer_of(name, HERE, email="par@frivillig.example"), anyway=True)
            for name in ("Ane Par", "Bo Par")
        )
        for name in ("Ane Par", "Bo Par"):
            notices.owe(HERE, name, "par@frivillig.example", "Emne", f"Kære {name}\n")
        operations.forget(one.id, ForgottenWhy.ASKED)
        assert list(db.session.scalars(select(Notice.about))) == ["Bo Par"]
        assert volunteer_queries.volunteer(other.id).email == "par@frivillig.example"


def test_whoever_was_forgotten_is_met_by_nobody_and_can_be_entered_anew(everywhere: Callable[[], Any]) -> None:
    with everywhere():
        given = volunteer_of("Kim Prøve", HERE, email="kim@frivillig.example")
        gone = volunteers.create(given).id
        operations.forget(gone, ForgottenWhy.MISTAKE)
        with pytest.raises(NotFound):
            operations.forget(gone, ForgottenWhy.MISTAKE)
        assert volunteers.create(given).id != gone, "nobody is told that there was one like this"
        assert probable({**given, "name": "–", "email": "", "phone": ""}) == [], "nor of one without a name"
        assert db.session.scalar(select(func.count()).select_from(volunteer_queries.volunteers().subquery())) == 1
        told = db.session.execute(
            select(Volunteer.name, Volunteer.status, Volunteer.home_code).where(Volunteer.id == gone)
        )
        assert told.one() == ("", "left", HERE)


def test_the_database_keeps_no_name_of_one_who_was_forgotten(everywhere: Callable[[], Any]) -> None:
    with everywhere():
        gone = volunteers.create(volunteer_of("Kim Prøve", HERE)).id
        with pytest.raises(IntegrityError, match="ck_volunteers_erased"), db.session.begin_nested():
            db.session.execute(update(Volunteer).where(Volunteer.id == gone).values(erased_on=day_of(now())))


def test_the_page_wants_the_plan_read_and_the_person_as_they_were(
    app: Flask, world: World, everywhere: Callable[[], Any], client: FlaskClient
) -> None:
    with everywhere():
        gone = volunteers.create(volunteer_of("Kim Prøve", HERE)).id
    address = f"/frivillige/{gone}/glem"
    sign_in(client, "sekretariat@drc.example")
    [form] = [form for form in forms_of(client.get(address).text) if form.action == address]
    assert client.post(address, data={**form.sends, "why": "asked"}).status_code == 422
    with everywhere():
        volunteers.change(gone, volunteer_of("Kim Andet", HERE))
    assert client.post(address, data={**form.sends, "why": "asked", "read": "1"}).headers["Location"].endswith("/glem")
    [form] = [form for form in forms_of(client.get(address).text) if form.action == address]
    assert client.post(address, data={**form.sends, "why": "asked", "read": "1"}).status_code == 302
    assert client.get(f"/frivillige/{gone}").status_code == 404


def test_a_program_of_the_secretariat_forgets_whom_it_has_seen(
    app: Flask, world: World, everywhere: Callable[[], Any], client: FlaskClient
) -> None:
    with everywhere():
        gone = volunteers.create(volunteer_of("Kim Prøve", HERE)).id
    address = f"/api/v1/volunteers/{gone}"
    with app.app_context():
        keys = {who: {"Authorization": f"Bearer {key_of(who)}"} for who in (world.secretariat, world.consultant)}
    own = keys[world.secretariat]
    seen = client.get(address, headers=own).headers["ETag"]
    with everywhere():
        volunteers.change(gone, volunteer_of("Kim Andet", HERE))

    def forget(**headers: str) -> int:
        return client.post(f"{address}/forget", json={"why": "asked"}, headers=headers).status_code

    assert forget(**keys[world.consultant]) == 404
    assert forget(**own, **{"If-Match": seen}) == 412
    assert forget(**own, **{"If-Match": client.get(address, headers=own).headers["ETag"]}) == 200
    assert client.get(address, headers=own).status_code == 404


def test_after_a_backup_was_put_back_the_same_are_forgotten_again(app: Flask, everywhere: Callable[[], Any]) -> None:
    with everywhere():
        gone = volunteers.create(volunteer_of("Kim Prøve", HERE)).id
    for said in ("forgotten", "not there"):
        result = app.test_cli_runner().invoke(args=["volunteers", "forget", str(gone)])
        assert (result.exit_code, result.output) == (0, f"{gone}: {said}\n")
