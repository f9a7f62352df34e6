"""No municipality meets a volunteer: a word in every field of one stands in nothing that its people can read, and in no log.

The control is DRC: with the same eyes and the same ways, its people meet the word in each of the fields.
"""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from structlog.testing import capture_logs

from config.embedded import Servers
from config.settings import Settings
from service.certificates import operations as certificates
from service.declarations import operations as declarations
from service.declarations import queries as declaration_queries
from service.declarations.models import Declaration
from service.merging import operations as merging
from service.notices import operations as notices
from service.transfers import exporting
from service.transfers import operations as transfers
from service.transfers.rules import Choice
from service.volunteers import operations as volunteers
from service.volunteers.models import Volunteer
from service.volunteers.rules import Purpose
from service.web.permits import Who, permit, permit_of
from tenants.calendar import day_of
from tenants.database import Base, db, now, transaction
from tenants.ownership import Ownership
from tenants.reach import acting_for, clock
from tenants.register import all_codes
from tests.support.telling import tell
from tests.support.world import HERE, THERE, World, volunteer_of
from tests.transfers.conftest import Sender, csv_of
from tests.walls.ways import (
    CONSULTANT,
    MANAGER,
    SECRETARIAT,
    STAFF,
    Asker,
    addresses,
    askers,
    ids_of,
    pdf_text,
    routes,
    walk,
)

WORD = "kanarievinge"
PHONE = "98 76 54 31"
FIELDS = {
    "name": f"Navn {WORD}navn",
    "email": f"{WORD}mail@frivillig.example",
    "phone": PHONE,
    "courses": [{"name": f"Kursus {WORD}kursus", "taken_on": day_of(now())}],
}
MARKS = (f"{WORD}navn", f"{WORD}mail", f"{WORD}kursus", PHONE)
TABLES = (
    "volunteers",
    "volunteer_words",
    "volunteer_roles",
    "volunteer_status_changes",
    "volunteer_consents",
    "volunteer_courses",
    "child_certificates",
    "certificate_reminders",
    "volunteer_merges",
    "import_rows",
    "export_pieces",
)


def enter(world: World) -> str:
    """A volunteer with the word in every field, contact of the shared group, due for a certificate, once merged; the group declares."""
    today = day_of(now())
    year = today.year - 1
    with acting_for(clock()), transaction():
        codes = all_codes()
    with acting_for(clock(codes)), transaction():
        row = volunteers.create(volunteer_of("", HERE) | FIELDS, anyway=True)
        double = volunteers.create(volunteer_of("", HERE) | FIELDS, anyway=True)
        certificates.verify(row.id, today.replace(year=year, month=1, day=1))
        role = {"group_id": world.shared_group, "role": "contact", "children": "yes"}
        volunteers.start_role(row.id, {**role, "valid_from": today.replace(year=year, month=2, day=1)})
        volunteers.give_consent(row.id, Purpose.NEWS)
        merging.merge(row.id, double.id)
        certificates.verify(row.id, today, today + dt.timedelta(days=30))
        certificates.remind()
        declarations.ask(year)
        declarations.invite()
        found = list(
            db.session.scalars(declaration_queries.declarations(year=year).order_by(Declaration.municipality_code))
        )
        declarations.confirm(found[0].ask_id, declarations.mark(found))
        keys = [(each.municipality_code, each.id) for each in found]
        key = str(row.id)
    for code, declaration_id in keys:
        assert declarations.make(code, declaration_id, 60)
    return key


def filed(world: World) -> dict[str, str]:
    """The word in a file of volunteers that came in, and in one that went out: their ids."""
    sender = Sender(world.secretariat)
    headings = ("Navn", "E-mail", "Telefon", "Kommune", "Roller", "Kurser", "Samtykker")
    roles = "Fællesgruppen: kasserer fra 01-09-2025, møder ikke børn"
    row = [f"Ny {WORD}navn", f"ny{WORD}mail@frivillig.example", PHONE, "Aabenraa", roles]
    row += [f"{WORD}kursus: 01-09-2025", "billeder: 01-09-2025"]
    import_id = sender.checked(csv_of(headings, row), "volunteers")
    sender.do(import_id, transfers.decide_all, Choice.NEW)  # for the same number
    assert sender.applied(import_id).outcome["new"] == 1
    export_id = sender.asked("volunteers")
    assert exporting.make(export_id, 60)
    assert WORD in sender.fetched(export_id).decode()
    return {"import_id": str(import_id), "export_id": str(export_id)}


def read_by(asker: Asker, app: Flask, ids: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """All that somebody reads: every page that links lead to, and every route that reads with every id, papers as their text."""
    found = walk(asker).texts()
    for verb, rule in routes(app):
        demanded = permit_of(app, rule.endpoint)
        if verb == "GET" and demanded is not None and demanded.who is not Who.PUBLIC:
            for address in addresses(rule, ids):
                answer = asker.ask("GET", address)
                found[address] = pdf_text(answer.data) if answer.mimetype == "application/pdf" else answer.text
    return found


def marked(texts: dict[str, str]) -> dict[str, list[str]]:
    """Which of the marks stand in the texts, and where."""
    return {
        mark: sorted(address for address, text in texts.items() if mark in text.lower())
        for mark in MARKS
        if any(mark in text.lower() for text in texts.values())
    }


def sent(app: Flask, settings: Settings) -> dict[str, str]:
    """Every mail that is owed, sent: what stands in it, by its file, but for the address of the volunteer it goes to."""
    with app.app_context():
        with acting_for(clock()), transaction():
            codes = all_codes()
        with acting_for(clock(codes)), transaction():
            owed = notices.owed(codes)
        assert all(notices.send(code, key, settings.mail_url, "localhost", 60) for code, key in owed)
    found = {}
    for file in Path(settings.mail_url.removeprefix("file:")).glob("*.eml"):
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        assert len([line for line in lines if line.startswith("To:")]) == 1
        found[file.name] = "\n".join(line for line in lines if not line.startswith("To:"))
    return found


def test_no_municipality_meets_a_volunteer(
    app: Flask, world: World, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs() as said, caplog.at_level(logging.DEBUG):
        with app.app_context():
            key = enter(world)
            files = filed(world)
        people = askers(app, world)
        ids = ids_of(app, world, world.here)
        ids["volunteer_id"] = (key, *ids["volunteer_id"])
        ids |= {name: (file_id, *ids[name]) for name, file_id in files.items()}
        ids["group_id"] = (str(world.shared_group), *ids["group_id"])
        read = {name: read_by(people[name], app, ids) for name in (MANAGER, STAFF)}
        mails = sent(app, settings)
    for texts in read.values():
        assert marked(texts) == {}
        assert any("Fællesgruppen" in text for text in texts.values()), "the control: of the group they read"
        assert any("Erklæring" in text and "%PDF" not in text for text in texts.values())
    assert len(mails) > 3
    assert marked(mails) == {}
    assert marked({"logs": str(said) + caplog.text}) == {}
    for name in (SECRETARIAT, CONSULTANT):
        met = marked(read_by(people[name], app, ids))
        assert set(met) == set(MARKS), "the control: DRC's people meet each of the fields"
        assert f"/api/v1/volunteers/{key}" in met[f"{WORD}navn"]
        assert f"/frivillige/{key}" in met[f"{WORD}navn"]
        own = any(files["import_id"] in address for address in met[f"{WORD}kursus"])
        assert own == (name == SECRETARIAT), "a file is met by the one who sent it"


def test_the_control_a_page_that_names_a_volunteer_is_told(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hole: a page of the municipality's that shows every volunteer it is given, and one that has a name from elsewhere."""
    with app.app_context():
        enter(world)
    staff = askers(app, world)[STAFF]

    page = f"/kommuner/{HERE}/aktiviteter"

    def leaks(**_values: Any) -> str:
        return ", ".join(row.name for row in db.session.query(Volunteer))

    monkeypatch.setitem(app.view_functions, "activities.listing", permit.municipality(leaks))
    assert marked({page: staff.ask("GET", page).text}) == {}, "a view alone leaks nothing: the wall gives it no row"
    names = permit.municipality(lambda **_values: f"Ring til {FIELDS['name']}")
    monkeypatch.setitem(app.view_functions, "activities.listing", names)
    assert list(marked({page: staff.ask("GET", page).text})) == [f"{WORD}navn"]


def test_sql_of_a_municipality_a_link_or_nobody_finds_no_row(app: Flask, world: World, place: Servers) -> None:
    """With both municipalities in reach and the service's own role: not a row of any table. As DRC there are some in each."""
    with app.app_context():
        enter(world)
        filed(world)
    with psycopg.connect(place.database_url) as connection:
        for office, there in (("municipality", False), ("link", False), ("door", False), ("", False), ("drc", True)):
            connection.rollback()
            if office:
                tell(connection, office, HERE, THERE)
            for table in TABLES:
                row = connection.execute(f'SELECT count(*) > 0 FROM "{table}"').fetchone()
                assert row == (there,), (office, table)


def test_every_table_of_volunteers_is_drcs_own() -> None:
    kinds = {m.class_.__tablename__: m.class_.__ownership__ for m in Base.registry.mappers}
    referring = {
        table.name
        for table in Base.metadata.tables.values()
        if any(key.column.table.name == "volunteers" for key in table.foreign_keys)
    }
    assert {name: kinds[name] for name in {*referring, "volunteers", "volunteer_merges"}} == dict.fromkeys(
        {*referring, "volunteers", "volunteer_merges"}, Ownership.NATIONAL
    )
