"""Roles, courses and consents in a file of volunteers: added or ended by the rules of the person's page, and put back as one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, select

from service.exchange.imports import operations, work
from service.exchange.imports.deciding import mend
from service.exchange.imports.report import line
from service.exchange.records.columns import distinct_choices
from service.exchange.records.kinds import KINDS
from service.network.networks import operations as networks
from service.platform.ledger.models import NationalLedgerEntry
from service.volunteer.certificates import operations as certificates
from service.volunteer.certificates.models import ChildCertificate
from service.volunteer.volunteers import bulk, queries
from service.volunteer.volunteers import operations as volunteers
from service.volunteer.volunteers.models import Volunteer, VolunteerConsent, VolunteerCourse, VolunteerRole
from service.volunteer.volunteers.rules import Purpose, VolunteerStatus
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.exchange.conftest import Sender, csv_of
from tests.exchange.imports.test_volunteers import everything as everything_else
from tests.exchange.imports.test_volunteers import here_already
from tests.support.counting import counted
from tests.support.world import HERE, THERE, World, group_of

HEADINGS = ("Navn", "E-mail", "Kommune", "Status", "Roller", "Kurser", "Samtykker")
MAIL = "kirsten@frivillig.example"
SINCE = "01-09-2025"
PLAIN, CHILDREN = {"language_cafe"}, {"homework_help"}


@pytest.fixture
def cafe(inside: World) -> UUID:
    """A group that meets no children."""
    return group("Sprogcafé Prøveby", HERE)


@pytest.fixture
def homework(inside: World) -> UUID:
    """A group that always meets children."""
    return group("Lektiecafé: Prøveby", HERE, themes=CHILDREN)


@pytest.fixture
def kirsten(inside: World) -> UUID:
    """A volunteer who is here already."""
    return here_already("Kirsten Prøve", HERE, email=MAIL)


def group(name: str, *codes: str, **changes: Any) -> UUID:
    """A group that is here already."""
    with acting_for(clock(codes)), transaction():
        return networks.create({**group_of(name, *codes), "themes": PLAIN, **changes}).id


def everything() -> list[Any]:
    """All there is of volunteers, and what stands beside them."""
    with acting_for(clock()), transaction():
        beside = [
            sorted(tuple(str(value) for value in row) for row in db.session.execute(select(*table.__table__.columns)))
            for table in (VolunteerRole, VolunteerCourse, VolunteerConsent)
        ]
    return [*everything_else(), *beside]


def row(
    roles: str = "", courses: str = "", consents: str = "", *, status: str = "", name: str = "Kirsten Prøve"
) -> list[str]:
    """A row about a volunteer."""
    return [name, MAIL if name == "Kirsten Prøve" else "", "Aabenraa", status, roles, courses, consents]


def sent(sender: Sender, *rows: list[str]) -> UUID:
    """A file of such rows, checked."""
    return sender.checked(csv_of(HEADINGS, *rows), "volunteers")


def brought(sender: Sender, *rows: list[str]) -> UUID:
    """A file of such rows, carried out."""
    key = sent(sender, *rows)
    done = sender.applied(key)
    assert done.state == "applied", sender.rows(key)[0].problems
    return key


def refusals(sender: Sender, key: UUID) -> dict[int, list[list[str]]]:
    """What is wrong with the rows that are refused."""
    return {each.number: each.problems for each in sender.rows(key) if each.verdict == "refused"}


def beside(volunteer_id: UUID) -> tuple[list[Any], list[Any], list[Any]]:
    """Roles, courses and consents of a volunteer."""
    with acting_for(clock()), transaction():
        told = bulk.told([volunteer_id])[volunteer_id]
        roles = [(r["role"], r["children"], r["valid_from"], r["valid_to"]) for r in told["roles"]]
        courses = [(c["name"], c["taken_on"]) for c in told["courses"]]
        consents = [(c["purpose"], c["given_on"], c["withdrawn_on"]) for c in told["consents"]]
        return roles, courses, consents


def verify(volunteer_id: UUID) -> None:
    """Somebody has seen the child certificate."""
    with acting_for(clock([HERE])), transaction():
        certificates.verify(volunteer_id, day_of(now()))


def test_they_come_and_go_as_one(secretariat: Sender, cafe: UUID, kirsten: UUID) -> None:
    before = everything()
    rows = [
        row(
            f"sprogcafé prøveby: Kontaktperson fra {SINCE}; Sprogcafé Prøveby: frivillig fra 1.2.2024 til 2025-03-01",
            "Introkursus: 15-09-2025; Traumer: trin 2: 1-10-2025",
            "billeder: 01-09-2025, trukket tilbage 01-02-2026; Mail om kurser og møder: 02-02-2026",
        ),
        row(f"Sprogcafé Prøveby: leder fra {SINCE}", name="Ny Prøve"),
    ]
    key = sent(secretariat, *rows)
    assert secretariat.verdicts(key) == {"changed": 1, "new": 1}
    assert everything() == before, "checking writes nothing"
    secretariat.applied(key)
    assert beside(kirsten) == (
        [("member", "as_group", "2024-02-01", "2025-03-01"), ("contact", "as_group", "2025-09-01", None)],
        [("Introkursus", "2025-09-15"), ("Traumer: trin 2", "2025-10-01")],
        [("photos", "2025-09-01", "2026-02-01"), ("news", "2026-02-02", None)],
    )
    new = next(each.result_id for each in secretariat.rows(key) if each.number == 3)
    assert new is not None
    assert beside(new)[0] == [("leader", "as_group", "2025-09-01", None)]
    with acting_for(clock()), transaction():
        assert {r.status for r in db.session.scalars(select(Volunteer))} == {"active"}, "a role that has begun says so"
        assert [step.status for step in queries.life(kirsten)] == ["active"], "on the day that they were entered"
        entry = db.session.scalars(select(NationalLedgerEntry).where(NationalLedgerEntry.act == "import.applied")).one()
        assert {name: entry.details[name] for name in ("roles", "courses", "consents")} == {
            "roles": 3,
            "courses": 2,
            "consents": 2,
        }
        assert "Prøve" not in str(entry.details)
    assert secretariat.verdicts(sent(secretariat, *rows[:1])) == {"same": 1}
    secretariat.undone(key)
    assert everything() == before


def test_what_a_role_draws_along_is_shown_where_the_file_has_no_such_column(
    secretariat: Sender, cafe: UUID, kirsten: UUID
) -> None:
    content = csv_of(["Navn", "E-mail", "Roller"], ["Kirsten Prøve", MAIL, f"Sprogcafé Prøveby: leder fra {SINCE}"])
    key = secretariat.checked(content, "volunteers")
    with acting_for(secretariat.identity.reach), transaction():
        (told,) = secretariat.rows(key)
        shown = line(secretariat.seen(key), told, KINDS["volunteers"].options()).changes
    assert [(each.heading, each.was, each.to_be) for each in shown] == [
        ("Roller", "", f"Sprogcafé Prøveby: leder fra {SINCE}"),
        ("Status", "interesseret", "aktiv"),
    ]


def test_a_row_adds_and_takes_nothing_away(secretariat: Sender, cafe: UUID, kirsten: UUID) -> None:
    brought(secretariat, row(f"Sprogcafé Prøveby: leder fra {SINCE}", "Intro: 01-09-2025", "billeder: 01-09-2025"))
    assert secretariat.verdicts(sent(secretariat, row(status="aktiv"))) == {"same": 1}, "an empty cell takes none away"
    brought(secretariat, row("Sprogcafé Prøveby: kasserer fra 01-10-2025", "INTRO: 01-09-2025; Intro: 02-09-2025", ""))
    roles, courses, consents = beside(kirsten)
    assert [role[0] for role in roles] == ["leader", "treasurer"]
    assert courses == [("Intro", "2025-09-01"), ("Intro", "2025-09-02")]
    assert consents == [("photos", "2025-09-01", None)]


def test_naming_its_end_ends_it(secretariat: Sender, cafe: UUID, kirsten: UUID) -> None:
    brought(secretariat, row(f"Sprogcafé Prøveby: leder fra {SINCE}", consents=f"billeder: {SINCE}"))
    open_ones = everything()
    ending = row(
        f"Sprogcafé Prøveby: leder fra {SINCE} til 01-02-2026; Sprogcafé Prøveby: leder fra 01-03-2026",
        consents=f"billeder: {SINCE}, trukket tilbage 01-02-2026",
    )
    key = brought(secretariat, ending)
    assert [role[2:] for role in beside(kirsten)[0]] == [("2025-09-01", "2026-02-01"), ("2026-03-01", None)]
    assert beside(kirsten)[2] == [("photos", "2025-09-01", "2026-02-01")]
    with acting_for(clock()), transaction():
        told = [
            entry.details
            for entry in db.session.scalars(select(NationalLedgerEntry).order_by(NationalLedgerEntry.number))
            if entry.act == "import.applied"
        ]
        assert (told[-1]["roles"], told[-1]["roles_ended"], told[-1]["consents_ended"]) == (1, 1, 1)
    assert secretariat.verdicts(sent(secretariat, ending)) == {"same": 1}
    again = sent(
        secretariat,
        row(
            f"Sprogcafé Prøveby: leder fra {SINCE} til 02-02-2026",
            consents=f"billeder: {SINCE}, trukket tilbage 02-02-2026",
        ),
    )
    assert refusals(secretariat, again)[2] == [
        ["roles", "Sprogcafé Prøveby: Rollen er allerede slut. Se den frivilliges egen side."],
        ["consents", "Samtykket er allerede trukket tilbage. Se den frivilliges egen side."],
    ]
    secretariat.undone(key)
    assert everything() == open_ones


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("roles", "Sprogcafé Prøveby, leder", "Skriv en rolle som Sprogcafé Prøveby: kontaktperson fra 01-09-2025."),
        ("roles", "Sprogcafé Prøveby: leder", "Skriv en rolle som"),
        ("roles", f": leder fra {SINCE}", "Skriv en rolle som"),
        ("roles", f"Sprogcafé Andenby: leder fra {SINCE}", "»Sprogcafé Andenby« er ikke en af mulighederne"),
        ("roles", f"Sprogcafé Prøveby: konge fra {SINCE}", "frivillig, kontaktperson, leder, kasserer"),
        ("roles", f"Sprogcafé Prøveby: leder fra {SINCE}, møder voksne", "møder børn, møder ikke børn"),
        ("roles", "Sprogcafé Prøveby: leder fra 31-02-2025", "Skriv datoen som dag-måned-år"),
        ("roles", f"Sprogcafé Prøveby: leder fra {SINCE} til 31-08-2025", "før rollen begyndte"),
        (
            "roles",
            f"Sprogcafé Prøveby: leder fra {SINCE}; Sprogcafé Prøveby: leder fra 02-09-2025",
            "Sprogcafé Prøveby: Den frivillige har allerede den rolle i gruppen.",
        ),
        ("roles", "#REF!", "fejl fra regnearket"),
        ("courses", "Introkursus", "Skriv et kursus som Introkursus: 15-09-2025."),
        ("courses", "Introkursus 15-09-2025", "Skriv et kursus som"),
        ("courses", "Introkursus: 15-09-2099", "Introkursus: Dagen er ikke kommet endnu."),
        ("courses", f"{'x' * 121}: 15-09-2025", "højst 120 tegn"),
        ("courses", "; ".join(f"Kursus {n}: 15-09-2025" for n in range(31)), "for mange"),
        ("consents", "billeder", "Skriv et samtykke som billeder: 01-09-2025."),
        ("consents", "cpr: 01-09-2025", "mail om kurser og møder, billeder, offentlig kontakt"),
        ("consents", "billeder: 01-09-2099", "Dagen er ikke kommet endnu."),
        ("consents", "billeder: 01-09-2025, trukket tilbage 31-08-2025", "mellem den dag, samtykket blev givet"),
        ("consents", "billeder: 01-09-2025; billeder: 02-09-2025", "allerede noteret"),
    ],
)
def test_a_broken_row_names_its_row_its_column_and_its_cause(
    secretariat: Sender, cafe: UUID, kirsten: UUID, column: str, cell: str, reason: str
) -> None:
    """For somebody who is here, and for somebody new."""
    key = sent(secretariat, row(**{column: cell}), row("", "Intro: 01-09-2025"), row(name="Ny", **{column: cell}))
    assert refusals(secretariat, key).keys() >= {2, 4}
    for number in (2, 4):
        problems = refusals(secretariat, key)[number]
        assert {name for name, _why in problems} == {column}
        assert reason in problems[0][1]


def test_who_has_left_gets_no_role(secretariat: Sender, cafe: UUID, kirsten: UUID) -> None:
    with acting_for(clock([HERE])), transaction():
        volunteers.set_status(kirsten, VolunteerStatus.LEFT)
    key = sent(secretariat, row(f"Sprogcafé Prøveby: leder fra {SINCE}"), row(name="Ny", status="stoppet"))
    assert refusals(secretariat, key) == {
        2: [["roles", "Sprogcafé Prøveby: Den frivillige er stoppet. Notér først, at personen er tilbage."]]
    }


def test_a_role_that_has_begun_and_another_status_do_not_go_together(
    secretariat: Sender, cafe: UUID, kirsten: UUID
) -> None:
    cell = f"Sprogcafé Prøveby: leder fra {SINCE}"
    key = sent(secretariat, row(cell, status="interesseret"), row(cell, status="hviler", name="Ny"))
    assert [problems[0][0] for problems in refusals(secretariat, key).values()] == ["status", "status"]
    assert "Skriv aktiv" in refusals(secretariat, key)[2][0][1]
    ahead = "Sprogcafé Prøveby: leder fra 01-09-2099"
    over = "Sprogcafé Prøveby: leder fra 01-09-2024 til 01-09-2025"
    for cell in (ahead, over):
        brought(secretariat, row(cell, status="interesseret"))
    with acting_for(clock()), transaction():
        assert db.session.get_one(Volunteer, kirsten).status == "interested"


# Child certificates


def test_no_role_meets_children_before_a_certificate_was_seen(
    secretariat: Sender, homework: UUID, kirsten: UUID
) -> None:
    cell = f"Lektiecafé: Prøveby: frivillig fra {SINCE}"
    key = sent(secretariat, row(cell), row(cell, name="Ny Prøve"))
    for number in (2, 3):
        ((column, reason),) = refusals(secretariat, key)[number]
        assert column == "roles"
        assert reason.startswith("Lektiecafé: Prøveby: Rollen møder børn under 15 år")
    apart = sent(secretariat, row(f"{cell}, møder ikke børn"))
    assert secretariat.verdicts(apart) == {"changed": 1}, "the control: who does not meet them needs none"
    verify(kirsten)
    assert secretariat.verdicts(sent(secretariat, row(cell))) == {"changed": 1}, "the control: it was seen"
    brought(secretariat, row(cell))
    assert beside(kirsten)[0] == [("member", "as_group", "2025-09-01", None)]
    other = sent(secretariat, row(f"{cell}, møder ikke børn"))
    assert "egen side, om rollen møder børn" in refusals(secretariat, other)[2][0][1]


def test_a_role_that_meets_children_in_a_group_that_does_not(secretariat: Sender, cafe: UUID, kirsten: UUID) -> None:
    key = sent(secretariat, row(f"Sprogcafé Prøveby: frivillig fra {SINCE}, møder børn"))
    assert "Rollen møder børn under 15 år" in refusals(secretariat, key)[2][0][1]


def take_back(volunteer_id: UUID, _group_id: UUID) -> None:
    """What was noted as seen was a mistake."""
    with acting_for(clock([HERE])), transaction():
        seen = db.session.scalars(
            select(ChildCertificate.id).where(ChildCertificate.volunteer_id == volunteer_id)
        ).one()
        certificates.take_back(volunteer_id, seen)


def start_elsewhere(volunteer_id: UUID, group_id: UUID) -> None:
    """Somebody gives the same role on the person's page."""
    with acting_for(clock([HERE])), transaction():
        volunteers.start_role(volunteer_id, {"group_id": group_id, "role": "member"})


def leave(volunteer_id: UUID, _group_id: UUID) -> None:
    """The person stops."""
    with acting_for(clock([HERE])), transaction():
        volunteers.set_status(volunteer_id, VolunteerStatus.LEFT)


@pytest.mark.parametrize(
    ("between", "reason"),
    [
        (take_back, "Rollen møder børn under 15 år"),
        (start_elsewhere, "har allerede den rolle"),
        (leave, "er stoppet"),
    ],
)
def test_what_happened_to_the_person_since_the_check_is_noticed(
    secretariat: Sender, homework: UUID, kirsten: UUID, between: Callable[[UUID, UUID], None], reason: str
) -> None:
    verify(kirsten)
    key = sent(secretariat, row(f"Lektiecafé: Prøveby: frivillig fra {SINCE}"))
    assert secretariat.verdicts(key) == {"changed": 1}
    between(kirsten, homework)
    before = everything()
    assert secretariat.applied(key).state == "ready"
    assert "Noget var ændret" in secretariat.seen(key).problem
    assert reason in refusals(secretariat, key)[2][0][1]
    assert everything() == before


def test_a_certificate_that_runs_out_between_the_check_and_the_import_is_noticed(
    secretariat: Sender, homework: UUID, kirsten: UUID
) -> None:
    """Nothing is written of the person: the day alone has come."""
    verify(kirsten)
    key = sent(secretariat, row(f"Lektiecafé: Prøveby: frivillig fra {SINCE}"))
    later = now() + dt.timedelta(days=3 * 365)
    before = everything()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.exchange.records.kinds.volunteers.now", lambda: later)
        assert secretariat.applied(key).state == "ready"
        assert "Rollen møder børn under 15 år" in refusals(secretariat, key)[2][0][1]
    assert everything() == before
    secretariat.do(key, mend, 2, {})
    assert secretariat.applied(key).state == "applied", "the control: today it holds"


def turn_to_children(group_id: UUID) -> None:
    """The group begins to meet children."""
    with acting_for(clock([HERE])), transaction():
        networks.change(group_id, {**group_of("Sprogcafé Prøveby", HERE), "themes": PLAIN, "meets_children": True})


def move_away(group_id: UUID) -> None:
    """The group moves to another territory."""
    with acting_for(clock([HERE, THERE])), transaction():
        networks.change(group_id, {**group_of("Sprogcafé Prøveby", THERE), "themes": PLAIN})


@pytest.mark.parametrize(
    ("between", "reason"),
    [(turn_to_children, "Rollen møder børn under 15 år"), (move_away, "andet konsulentområde")],
)
def test_what_happened_to_the_group_since_the_check_is_noticed(
    consultant: Sender, cafe: UUID, between: Callable[[UUID], None], reason: str
) -> None:
    """Also for somebody new, of whom nothing is there that could have changed."""
    key = sent(consultant, row(f"Sprogcafé Prøveby: frivillig fra {SINCE}", name="Ny Prøve"))
    assert consultant.verdicts(key) == {"new": 1}
    between(cafe)
    before = everything()
    assert consultant.applied(key).state == "ready"
    assert reason in refusals(consultant, key)[2][0][1]
    assert everything() == before


def test_control_without_a_second_look_at_the_rules_it_slips_through(
    consultant: Sender, cafe: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = sent(consultant, row(f"Sprogcafé Prøveby: frivillig fra {SINCE}", name="Ny Prøve"))
    turn_to_children(cafe)
    monkeypatch.setattr("service.exchange.records.kinds.base.RecordKind.broken", lambda *_args: False)
    assert consultant.applied(key).state == "applied"


# Undoing


def test_what_has_been_added_since_is_not_undone_over(secretariat: Sender, cafe: UUID, kirsten: UUID) -> None:
    rows = [row(f"Sprogcafé Prøveby: leder fra {SINCE}"), row(f"Sprogcafé Prøveby: leder fra {SINCE}", name="Ny Prøve")]
    key = brought(secretariat, *rows)
    new = next(each.result_id for each in secretariat.rows(key) if each.number == 3)
    assert new is not None
    for who in (kirsten, new):
        with acting_for(clock([HERE])), transaction():
            volunteers.give_consent(who, Purpose.PHOTOS)
    before = everything()
    assert secretariat.undone(key).faults == [[number, "Den er ændret siden importen."] for number in (2, 3)]
    assert everything() == before
    with acting_for(clock()), transaction():
        db.session.execute(delete(VolunteerConsent))
    assert secretariat.undone(key).state == "undone", "the control: without it, it is"


# Groups


def test_a_name_that_several_groups_have_is_told_apart(secretariat: Sender, cafe: UUID, kirsten: UUID) -> None:
    group("SPROGCAFÉ Prøveby", THERE)
    doubles = [group("Dobbelt", HERE), group("Dobbelt", HERE)]
    key = sent(secretariat, row(f"Sprogcafé Prøveby: leder fra {SINCE}"), row(f"Dobbelt: leder fra {SINCE}", name="Ny"))
    assert refusals(secretariat, key)[2][0][1] == (
        "Flere hedder »Sprogcafé Prøveby«. Skriv hvilken: Sprogcafé Prøveby (Aabenraa), SPROGCAFÉ Prøveby (Tønder)."
    )
    assert str(doubles[0]) in refusals(secretariat, key)[3][0][1], "by id, where nothing else tells them apart"
    brought(
        secretariat,
        row(f"Sprogcafé Prøveby (Aabenraa): leder fra {SINCE}; Dobbelt ({doubles[1]}): frivillig fra {SINCE}"),
    )
    with acting_for(clock()), transaction():
        assert set(db.session.scalars(select(VolunteerRole.group_id))) == {cafe, doubles[1]}
    again = secretariat.checked(secretariat.taken_out("volunteers"), "volunteers")
    assert secretariat.verdicts(again) == {"same": 1}


def test_names_that_look_like_anothers_name_with_its_place() -> None:
    found = distinct_choices(
        [("1", "X", "Aabenraa"), ("2", "X", "Tønder"), ("3", "X (Aabenraa)", "Vejen"), ("4", "Y", "")]
    )
    assert len(set(found.values())) == 4
    assert {found.folded[name.casefold().replace("ø", "o").replace("aa", "a")] for name in ("y", "x (tønder)")} == {
        "4",
        "2",
    }
    assert all(found.folded.get(each) != "1" for each in ("x", "x (abenra)"))


def test_a_consultant_gives_roles_in_the_groups_of_the_territory_alone(
    consultant: Sender, secretariat: Sender, cafe: UUID, kirsten: UUID
) -> None:
    group("Naboens", THERE)
    key = sent(consultant, row(f"Naboens: leder fra {SINCE}"), row(f"Sprogcafé Prøveby: leder fra {SINCE}", name="Ny"))
    assert consultant.verdicts(key) == {"refused": 1, "new": 1}
    ((column, reason),) = refusals(consultant, key)[2]
    assert (column, reason[:9]) == ("roles", "Naboens: ")
    assert "andet konsulentområde" in reason
    brought(secretariat, row(f"Naboens: leder fra {SINCE}"))
    mend = sent(consultant, row(f"Naboens: leder fra {SINCE}; Sprogcafé Prøveby: leder fra {SINCE}"))
    assert consultant.verdicts(mend) == {"changed": 1}, "the control: a role that stands there already is no new one"
    ended = sent(consultant, row(f"Naboens: leder fra {SINCE} til 01-10-2025"))
    assert "andet konsulentområde" in refusals(consultant, ended)[2][0][1]


# Many


def test_a_batch_asks_as_often_for_many_rows_as_for_few(app: Flask, secretariat: Sender, cafe: UUID) -> None:
    """New people with a role, a course and a consent; then another of each, and the ends of the first."""
    first = (f"Sprogcafé Prøveby: leder fra {SINCE}", "Intro: 01-09-2025", "billeder: 01-09-2025")
    more = (
        f"Sprogcafé Prøveby: leder fra {SINCE} til 01-10-2025; Sprogcafé Prøveby: kasserer fra 01-10-2025",
        "Trin 2: 01-10-2025",
        "billeder: 01-09-2025, trukket tilbage 01-10-2025; offentlig kontakt: 01-10-2025",
    )

    def asked(count: int, name: str) -> list[int]:
        found = []
        for cells in (first, more):
            rows = [[f"{name} {n}", f"{name}{n}@frivillig.example", "Aabenraa", "", *cells] for n in range(count)]
            with counted(app) as checking:
                key = sent(secretariat, *rows)
            secretariat.do(key, operations.apply, leave_out=False)
            with counted(app) as applying:
                assert work.work(key, 60)
            assert secretariat.seen(key).outcome["new" if cells is first else "changed"] == count
            found += [len(checking), len(applying)]
        return found

    assert asked(3, "fa") == asked(300, "mange")


@pytest.mark.parametrize(("home", "told"), [(HERE, True), (THERE, False)])
def test_who_may_be_a_volunteer_of_another_territory_tells_nothing_of_that_one(
    consultant: Sender, inside: World, home: str, told: bool
) -> None:
    """A file that guesses a number is no way round the reason that opens a volunteer. The control: of one's own it is shown."""
    here_already("Kirsten Prøve", home, email="hemmelig@frivillig.example", phone="22 33 44 55")
    content = csv_of(["Navn", "E-mail", "Telefon"], ["En Anden", "ny@frivillig.example", "22 33 44 55"])
    key = consultant.checked(content, "volunteers")
    with acting_for(consultant.identity.reach), transaction():
        (row,) = consultant.rows(key)
        shown = line(consultant.seen(key), row, KINDS["volunteers"].options())
    assert row.verdict == "doubtful"
    assert ("hemmelig@frivillig.example" in str(shown)) is told
    assert ("Kirsten" in str(shown)) is told
