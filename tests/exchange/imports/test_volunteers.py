"""A file of volunteers: who is here already, whom a consultant looks after, and what is put back."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from service.exchange.imports import report
from service.exchange.imports.deciding import decide, decide_all
from service.exchange.imports.rules import RowChoice
from service.exchange.records.kinds import KINDS
from service.platform.accounts.models import TerritoryMunicipality
from service.platform.web.errors import Refusal
from service.volunteer.certificates import operations as certificates
from service.volunteer.volunteers import operations as volunteers
from service.volunteer.volunteers.models import Volunteer, VolunteerStatusChange, VolunteerWord
from service.volunteer.volunteers.rules import VolunteerStatus
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.exchange.conftest import Sender, csv_of, identity_of
from tests.support.world import HERE, THERE, World, volunteer_of

HEADINGS = ("Navn", "E-mail", "Telefon", "Sprog", "Kommune", "Begyndt")


def here_already(name: str, code: str, **changes: Any) -> UUID:
    """A volunteer who is here already."""
    with acting_for(clock([code])), transaction():
        return volunteers.create(volunteer_of(name, code, **changes), anyway=True).id


def everything() -> list[list[tuple[str, ...]]]:
    """All there is of volunteers, but for the ids of words."""
    with acting_for(clock()), transaction():
        return [
            sorted(
                tuple(str(value) for value in row)
                for row in db.session.execute(
                    select(*(c for c in table.__table__.columns if table is not VolunteerWord or c.name != "id"))
                )
            )
            for table in (Volunteer, VolunteerStatusChange, VolunteerWord)
        ]


def test_volunteers_come_are_changed_and_put_back(secretariat: Sender) -> None:
    here_already("Kirsten Prøve", HERE, email="kirsten@frivillig.example", phone="12 34 56 78")
    before = everything()
    key = secretariat.checked(
        csv_of(
            HEADINGS,
            ["KIRSTEN Prøve", "Kirsten@frivillig.example", "87 65 43 21", "dansk; Arabisk", "Aabenraa", ""],
            ["Ny Prøve", "ny@frivillig.example", "", "tigrinya", "0550", "01-09-2025"],
            ["Fremtidens Prøve", "", "", "", "", "01-09-2099"],
            ["Forkert Prøve", "ikke en mail", "abc", "klingon", "Atlantis", "i går"],
        ),
        "volunteers",
    )
    assert secretariat.verdicts(key) == {"changed": 1, "new": 1, "refused": 2}
    told = {row.number: [name for name, _why in row.problems] for row in secretariat.rows(key)}
    assert told[4] == ["started_on"]
    assert sorted(told[5]) == ["email", "home_code", "languages", "phone", "started_on"]
    assert secretariat.applied(key, leave_out=True).outcome["new"] == 1
    with acting_for(clock()), transaction():
        found = db.session.scalars(select(Volunteer).order_by(Volunteer.sort_key)).all()
        assert [(row.name, row.phone, row.languages) for row in found] == [
            ("KIRSTEN Prøve", "87 65 43 21", ["da", "ar"]),
            ("Ny Prøve", "", ["ti"]),
        ]
    secretariat.undone(key)
    assert everything() == before


def test_who_is_alike_is_for_a_person_to_say(secretariat: Sender, consultant: Sender) -> None:
    here_already("Bo Prøve", THERE, phone="+45 11 22 33 44")
    rows = csv_of(
        HEADINGS, ["Bodil Prøve", "", "11223344", "", "Aabenraa", ""], ["Bo Prøve", "", "", "", "Aabenraa", ""]
    )
    key = consultant.checked(rows, "volunteers")
    assert consultant.verdicts(key) == {"doubtful": 1, "new": 1}, "a name alone says nothing"
    assert "samme telefonnummer" in consultant.rows(key)[0].problems[0][1]
    with pytest.raises(Refusal, match="konsulent"):
        consultant.do(key, decide, 2, RowChoice.CHANGE)
    consultant.do(key, decide, 2, RowChoice.NEW)
    assert consultant.applied(key).outcome["new"] == 2


def test_who_was_verified_since_is_not_undone(secretariat: Sender) -> None:
    key = secretariat.checked(csv_of(HEADINGS, ["Ny Prøve", "", "", "", "Aabenraa", ""]), "volunteers")
    secretariat.applied(key)
    (row,) = secretariat.rows(key)
    assert row.result_id is not None
    with acting_for(clock([HERE])), transaction():
        certificates.verify(row.result_id, day_of(now()))
    assert secretariat.undone(key).faults == [[2, "Den er ændret siden importen."]]


def test_all_are_new_but_those_that_cannot_be(consultant: Sender, inside: World) -> None:
    """Those stay doubtful and say why: here the consultant's territory has become smaller since the file was checked."""
    territory(THERE)
    consultant.identity = identity_of(inside.consultant)
    here_already("Bo Prøve", HERE, phone="11 22 33 44")
    rows = [[f"Bo Prøve {n}", "", "11223344", "", HERE if n % 2 else THERE, ""] for n in range(6)]
    key = consultant.checked(csv_of(HEADINGS, *rows, ["Ny Prøve", "", "", "", HERE, ""]), "volunteers")
    assert consultant.verdicts(key) == {"doubtful": 6, "new": 1}
    consultant.do(key, decide, 3, RowChoice.SKIP)
    territory(THERE, inside=False)
    consultant.identity = identity_of(inside.consultant)
    consultant.do(key, decide_all, RowChoice.NEW)
    found = {row.number: (row.choice, [name for name, _why in row.problems]) for row in consultant.rows(key)}
    assert found[2] == found[4] == found[6] == ("", ["name", "home_code"])
    assert found[3] == ("skip", ["name"]), "what was said of one stays said"
    assert found[5] == found[7] == ("new", ["name"])
    consultant.do(key, decide_all, RowChoice.NEW)
    assert len(consultant.rows(key)[0].problems) == 2, "said once, however often it is asked"
    consultant.do(key, decide_all, RowChoice.SKIP)
    assert consultant.applied(key).outcome == {"new": 3, "changed": 0, "same": 0, "skipped": 4, "left_out": 0}


def territory(code: str, *, inside: bool = True) -> None:
    """Let the consultant's territory hold a municipality, or not."""
    with acting_for(clock()), transaction():
        if inside:
            db.session.add(
                TerritoryMunicipality(territory="Prøveland", municipality_code=code, valid_from=dt.date(2020, 1, 1))
            )
        else:
            db.session.execute(delete(TerritoryMunicipality).where(TerritoryMunicipality.municipality_code == code))


def test_a_doubtful_row_shows_what_choosing_the_one_who_is_here_would_change(secretariat: Sender) -> None:
    """As a new one the empty cells would be blanks; as the one who is here they leave things as they are."""
    key = here_already("Kirsten Prøve", HERE, email="kirsten@frivillig.example", started_on=dt.date(2024, 12, 27))
    with acting_for(clock([HERE])), transaction():
        volunteers.set_status(key, VolunteerStatus.ACTIVE)
    row = ["Kirsten Prøve", "anden@frivillig.example", "Aabenraa", "02-01-2025", "", ""]
    headings = ("Navn", "E-mail", "Kommune", "Begyndt", "Status", "Roller")
    key = secretariat.checked(csv_of(headings, row), "volunteers")
    assert secretariat.verdicts(key) == {"doubtful": 1}
    with acting_for(secretariat.identity.reach), transaction():
        (each,) = secretariat.rows(key)
        found = report.line(secretariat.seen(key), each, KINDS["volunteers"].options())
    assert [(change.heading, change.was, change.to_be) for change in found.changes] == [
        ("E-mail", "kirsten@frivillig.example", "anden@frivillig.example"),
        ("Begyndt", "27-12-2024", "02-01-2025"),
    ]
