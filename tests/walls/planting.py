"""A volunteer with a word in every field: entered, merged, declared, and in files that came in and went out."""

from __future__ import annotations

import datetime as dt

from service.exchange.exports import operations as exporting
from service.exchange.imports.deciding import decide_all
from service.exchange.imports.rules import RowChoice
from service.reporting.declarations import operations as declarations
from service.reporting.declarations import queries as declaration_queries
from service.reporting.declarations.models import Declaration
from service.volunteer.certificates import operations as certificates
from service.volunteer.merging import operations as merging
from service.volunteer.volunteers import operations as volunteers
from service.volunteer.volunteers.rules import Purpose
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import clock
from tenants.register import all_codes
from tests.exchange.conftest import Sender, csv_of
from tests.support.world import HERE, World, volunteer_of

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
    sender.do(import_id, decide_all, RowChoice.NEW)  # for the same number
    assert sender.applied(import_id).outcome["new"] == 1
    export_id = sender.asked("volunteers")
    assert exporting.make(export_id, 60)
    assert WORD in sender.fetched(export_id).decode()
    return {"import_id": str(import_id), "export_id": str(export_id)}


def marked(texts: dict[str, str]) -> dict[str, list[str]]:
    """Which of the marks stand in the texts, and where."""
    return {
        mark: sorted(address for address, text in texts.items() if mark in text.lower())
        for mark in MARKS
        if any(mark in text.lower() for text in texts.values())
    }
