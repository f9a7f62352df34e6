"""A volunteer sees what is kept of them by a link that is mailed, and asks for something by it; nobody learns who is known."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from config.embedded import Servers
from config.settings import Settings
from service.platform.ledger.models import NationalLedgerEntry
from service.volunteer.forgetting import operations as forgetting
from service.volunteer.forgetting.rules import ForgottenWhy
from service.volunteer.own_data import jobs, lines, queries
from service.volunteer.own_data.models import OwnDataLink, OwnDataWish
from service.volunteer.volunteers import operations as volunteers
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.pages import token_of
from tests.support.telling import tell
from tests.support.world import HERE, World, sign_in, volunteer_of
from tests.walls.planting import FIELDS, WORD, enter

ADDRESS = "/mine-oplysninger"


def ask(client: FlaskClient, email: str) -> str:
    """Ask for a link as anybody can, and return what is said, without what differs from one page to the next."""
    token = token_of(client.get(ADDRESS).text)
    answer = client.post(ADDRESS, data={"csrf_token": token, "email": email}, follow_redirects=True)
    assert answer.status_code == 200
    return re.sub(r'(csrf_token" value|nonce)="[^"]*"', "", answer.text)


def worked(app: Flask) -> None:
    """What waits is done, as a worker does it; and what that has made, too."""
    for _turn in range(2):
        with app.app_context():
            with acting_for(clock()), transaction():
                waiting = queries.due()
            for key in waiting:
                jobs.send(str(key))


def mailed(settings: Settings) -> dict[str, str]:
    """The mails that have gone: the path of their link by the first line of what they say."""
    found = {}
    for path in (settings.var / "mail").glob("*.eml"):
        text = message_from_bytes(path.read_bytes(), policy=default).get_content()
        link = re.search(rf"http://localhost({ADDRESS}/[\w-]+)", text)
        if link:
            found[text.splitlines()[0]] = link[1]
    return found


def test_whoever_asks_learns_nothing_of_who_is_known_and_an_unknown_address_is_not_kept(
    app: Flask, settings: Settings, client: FlaskClient, everywhere: Callable[[], Any]
) -> None:
    with everywhere():
        volunteers.create(volunteer_of("Kim Prøve", HERE, email="kim@frivillig.example"))
    assert ask(client, "kim@frivillig.example") == ask(client, "ingen@frivillig.example")
    with everywhere():
        rows = db.session.execute(select(OwnDataLink.volunteer_id, OwnDataLink.work_state)).all()
        assert list(rows) == [(None, "due")] * 2, "the same is written"
    worked(app)
    assert set(mailed(settings)) == {"Kære Kim Prøve"}
    with everywhere():
        kept = db.session.execute(select(OwnDataLink.email, OwnDataLink.volunteer_id)).all()
        assert [(email, key is not None) for email, key in kept] == [("", True)]


def test_the_link_shows_all_that_is_kept_and_who_looked_and_nobodys_name(
    app: Flask, world: World, settings: Settings, client: FlaskClient, everywhere: Callable[[], Any]
) -> None:
    with app.app_context():
        key = UUID(enter(world))
    sign_in(client, "sekretariat@drc.example")
    client.get(f"/frivillige/{key}")
    stranger = app.test_client()
    ask(stranger, str(FIELDS["email"]))
    worked(app)
    [link] = [path for name, path in mailed(settings).items() if WORD in name]
    page = app.test_client().get(link).text
    for told in (FIELDS["name"], FIELDS["email"], FIELDS["phone"], "Fællesgruppen", f"Kursus {WORD}kursus"):
        assert str(told) in page
    assert "Frivillig slået op" in page
    assert "Dansk Flygtningehjælps sekretariat" in page
    assert "sekretariat@drc.example" not in page
    packed = zipfile.ZipFile(io.BytesIO(app.test_client().get(f"{link}/fil").data))
    told = json.loads(packed.read("oplysninger.json"))
    assert told["volunteers"][0]["name"] == FIELDS["name"]
    assert {"volunteer_roles", "volunteer_consents", "child_certificates", "volunteer_merges", "notices"} <= told.keys()
    assert "lease_token" not in json.dumps(told)
    assert "verified_by" not in json.dumps(told)
    assert str(FIELDS["name"]) in packed.read("oplysninger.html").decode()


def test_what_is_asked_for_by_the_link_stands_on_the_monday_list_until_it_is_settled(
    app: Flask, world: World, settings: Settings, client: FlaskClient, everywhere: Callable[[], Any]
) -> None:
    with everywhere():
        key = volunteers.create(volunteer_of("Kim Prøve", HERE, email="kim@frivillig.example")).id
    ask(client, "kim@frivillig.example")
    worked(app)
    link = mailed(settings)["Kære Kim Prøve"]
    for sent, status in (
        ({"kind": "correct"}, 422),
        ({"kind": "correct", "words": "Det er Kim"}, 302),
        ({"kind": "forget"}, 302),
    ):
        for _twice in range(2):
            assert client.post(link, data=sent).status_code == status
    with everywhere():
        asked = db.session.execute(lines.waiting(day_of(now()))).all()
        assert sorted((row.municipality_code, row.note, row.subject) for row in asked) == [
            (HERE, "correct", str(key)),
            (HERE, "forget", str(key)),
        ]
    consultant = sign_in(app.test_client(), "konsulent@drc.example")
    assert "Det er Kim" in consultant.get(f"/frivillige/{key}/egne-oplysninger").text
    with everywhere():
        [wish] = db.session.scalars(select(OwnDataWish.id).where(OwnDataWish.kind == "correct")).all()
    token = token_of(consultant.get(f"/frivillige/{key}/egne-oplysninger").text)
    settle = f"/frivillige/{key}/egne-oplysninger/{wish}"
    assert consultant.post(settle, data={"csrf_token": token}).status_code == 302
    with everywhere():
        assert [row.note for row in db.session.execute(lines.waiting(day_of(now())))] == ["forget"]


def test_of_two_who_share_an_address_each_has_a_link_of_their_own(
    app: Flask, settings: Settings, client: FlaskClient, everywhere: Callable[[], Any]
) -> None:
    with everywhere():
        for name in ("Ane Par", "Bo Par"):
            volunteers.create(volunteer_of(name, HERE, email="par@frivillig.example"), anyway=True)
    ask(client, "par@frivillig.example")
    worked(app)
    mails = mailed(settings)
    assert set(mails) == {"Kære Ane Par", "Kære Bo Par"}
    page = client.get(mails["Kære Ane Par"]).text
    assert "Ane Par" in page
    assert "Bo Par" not in page


def test_a_link_ends_after_seven_days_and_with_the_volunteer_and_a_wrong_one_opens_nothing(
    app: Flask, settings: Settings, client: FlaskClient, everywhere: Callable[[], Any]
) -> None:
    with everywhere():
        key = volunteers.create(volunteer_of("Kim Prøve", HERE, email="kim@frivillig.example")).id
    ask(client, "kim@frivillig.example")
    worked(app)
    link = mailed(settings)["Kære Kim Prøve"]
    assert client.get(link).status_code == 200, "the control"
    other = "A" if link[-5] != "A" else "B"
    assert client.get(f"{link[:-5]}{other}{link[-4:]}").status_code == 410
    with everywhere():
        db.session.execute(update(OwnDataLink).values(asked_at=now() - dt.timedelta(days=7, minutes=1)))
    assert client.get(link).status_code == 410
    assert client.post(link, data={"kind": "forget"}).status_code == 410
    with everywhere():
        db.session.execute(update(OwnDataLink).values(asked_at=now()))
        forgetting.forget(key, ForgottenWhy.ASKED)
    assert client.get(link).status_code == 410
    with everywhere():
        assert db.session.scalar(select(func.count()).select_from(OwnDataLink)) == 0


def test_drcs_people_mail_a_link_and_the_ledger_tells_of_it(
    app: Flask, world: World, settings: Settings, client: FlaskClient, everywhere: Callable[[], Any]
) -> None:
    with everywhere():
        key = volunteers.create(volunteer_of("Kim Prøve", HERE, email="kim@frivillig.example", languages=["en"])).id
    sign_in(client, "konsulent@drc.example")
    address = f"/frivillige/{key}/egne-oplysninger"
    client.post(address, data={"csrf_token": token_of(client.get(address).text)})
    worked(app)
    assert set(mailed(settings)) == {"Dear Kim Prøve"}
    with everywhere():
        acts = select(NationalLedgerEntry.act).where(NationalLedgerEntry.act.like("own_data.%"))
        assert list(db.session.scalars(acts.order_by(NationalLedgerEntry.number))) == [
            "own_data.ordered",
            "own_data.sent",
        ]


def test_by_sql_nobody_reads_a_copy_without_the_secret_of_a_link(
    app: Flask, place: Servers, client: FlaskClient, settings: Settings, everywhere: Callable[[], Any]
) -> None:
    with everywhere():
        volunteers.create(volunteer_of("Kim Prøve", HERE, email="kim@frivillig.example"))
    ask(client, "kim@frivillig.example")
    worked(app)
    with psycopg.connect(place.database_url) as connection:
        for office in ("municipality", "link", "door"):
            connection.rollback()
            tell(connection, office, HERE)
            for table in ("own_data_links", "own_data_wishes"):
                assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), (office, table)
            hashes = "SELECT count(*) FROM app.own_data((SELECT token_hash FROM own_data_links LIMIT 1))"
            assert connection.execute(hashes).fetchone() == (0,)
        connection.rollback()
        tell(connection, "drc", HERE)
        assert connection.execute("SELECT count(*) FROM own_data_links").fetchone() == (1,), "the control"
        hashes = "SELECT count(*) FROM app.own_data((SELECT token_hash FROM own_data_links LIMIT 1))"
        assert connection.execute(hashes).fetchone() == (0,), "a hash is no secret"
