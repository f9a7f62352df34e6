"""Files of past sessions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from service.activity.activities import operations as activities
from service.activity.activities import queries as held
from service.activity.activities.models import Activity, ActivitySession
from service.network.networks import operations as networks
from service.platform.ledger.models import LedgerEntry
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tenants.register import all_codes
from tests.exchange.conftest import Sender, csv_of, problems
from tests.support.world import HERE, THERE, World, group_of

PAST = ["Kommune", "Aktivitet", "Dato", "Aflyst", "Frivillige", "Frivilligtimer", "Voksne", "Børn"]


def test_past_sessions_come_and_go_and_each_municipality_is_told(secretariat: Sender, inside: World) -> None:
    name = f"Lektiehjælp {inside.here.canary}"
    other = f"lektiehjælp {inside.there.canary}"
    key = secretariat.checked(
        csv_of(
            PAST,
            ["Aabenraa", name, "14-01-2025", "nej", 4, "7,5", 9, 6],
            ["0550", other, "2025-01-15", "", 2, "3:20", 1, 0],
            ["Tønder", other, "2025-01-15", "", 2, "3:20", 1, 0],
            ["Aabenraa", name, f"{inside.month:%d-%m-%Y}", "", 7, "12", 3, 8],
            ["Aabenraa", name[:-2], "14-01-2025", "", 1, 1, 1, 1],
            ["Aabenraa", name, "14-01-2019", "ja", 1, 1, 1, 1],
            ["Aabenraa", name, "14-01-2125", "", 1, "1:75", 1, "mange"],
        ),
        "sessions",
    )
    assert secretariat.verdicts(key) == {"new": 2, "changed": 1, "refused": 4}
    found = problems(secretariat, key)
    assert [[name for name, _why in told] for told in found.values()] == [
        [""],
        ["activity"],
        ["held_on", "cancelled"],
        ["volunteer_minutes", "held_on", "children"],
    ]
    assert f"Er det »{name}«?" in found[6][0][1]

    def told() -> list[tuple[str, str, int]]:
        with acting_for(clock([HERE, THERE])), transaction():
            query = select(LedgerEntry).where(LedgerEntry.subject == f"import:{key}").order_by(LedgerEntry.at)
            return [(row.municipality_code, row.act, row.details["count"]) for row in db.session.scalars(query)]

    secretariat.applied(key, leave_out=True)
    assert sorted(told()) == [(THERE, "sessions.imported", 1), (HERE, "sessions.imported", 2)]
    secretariat.undone(key)
    assert len(told()) == 4


def test_a_consultant_records_past_sessions_within_the_territory_alone(consultant: Sender, inside: World) -> None:
    key = consultant.checked(
        csv_of(
            PAST[:3],
            ["Tønder", f"Lektiehjælp {inside.there.canary}", "14-01-2025"],
            ["Aabenraa", f"Lektiehjælp {inside.here.canary}", "14-01-2025"],
        ),
        "sessions",
    )
    assert consultant.verdicts(key) == {"new": 1, "refused": 1}
    assert problems(consultant, key)[2] == [["municipality_code", "Kommunen er ikke i dit område."]]
    with acting_for(clock()), transaction():
        assert len(all_codes()) == 98


def test_matches_the_waiting_list_and_why_it_was_cancelled_come_and_go(secretariat: Sender, inside: World) -> None:
    with acting_for(clock([HERE])), transaction():
        db.session.add(
            Activity(
                municipality_code=HERE,
                activity_type="network_family",
                name="Netværksfamilier",
                place="Byen",
                starts_on=dt.date(2020, 1, 1),
            )
        )
    headings = [*PAST[:3], "Aflyst", "Aflyst fordi", "Bemærkning til aflysning"]
    headings += ["Aktive match", "Nye match", "Afsluttede match", "Venteliste"]
    family, homework = ["Aabenraa", "Netværksfamilier"], ["Aabenraa", f"Lektiehjælp {inside.here.canary}"]
    right: list[list[Any]] = [
        [*family, "14-01-2025", "nej", "", "", 5, 2, 1, 3],
        [*family, "21-01-2025", "ja", "Vejret", "Sne", "", "", "", ""],
        [*homework, "28-01-2025", "ja", "en helligdag", "", "", "", "", ""],
    ]
    wrong: list[list[Any]] = [
        [*family, "04-02-2025", "nej", "vejret", "", 1, 0, 0, 0],
        [*family, "11-02-2025", "ja", "dovenskab", "", "", "", "", ""],
        [*family, "18-02-2025", "ja", "andet", "ring til 22 33 44 55", "", "", "", ""],
        [*family, "25-02-2025", "nej", "", "", 1, 2, 0, 0],
        [*homework, "04-03-2025", "nej", "", "", 1, 0, 0, 0],
        [*family, "11-03-2025", "ja", "", "", 1, 0, 0, 0],
    ]
    before = sessions_told()
    key = secretariat.checked(csv_of(headings, *right, *wrong), "sessions")
    told = [[name for name, _why in why] for why in problems(secretariat, key).values()]
    assert told == [
        ["cancelled_why"],
        ["cancelled_why"],
        ["cancelled_text"],
        ["new_matches"],
        ["active_matches"],
        ["cancelled"],
    ]
    secretariat.applied(key, leave_out=True)
    with acting_for(clock([HERE])), transaction():
        query = select(ActivitySession).where(ActivitySession.held_on < dt.date(2026, 1, 1))
        found = db.session.scalars(query.order_by(ActivitySession.held_on)).all()
        assert [(row.active_matches, row.new_matches, row.ended_matches, row.waiting) for row in found] == [
            (5, 2, 1, 3),
            (None,) * 4,
            (None,) * 4,
        ]
        assert [(row.cancelled_why, row.cancelled_text) for row in found] == [
            ("", ""),
            ("weather", "Sne"),
            ("holiday", ""),
        ]
    again = secretariat.checked(secretariat.taken_out("sessions", "xlsx"), "sessions")
    assert set(secretariat.verdicts(again)) == {"same"}, "a file that goes out comes in again unchanged"
    held = secretariat.checked(csv_of([*PAST[:3], "Aflyst"], [*family, "21-01-2025", "nej"]), "sessions")
    assert secretariat.applied(held).outcome["changed"] == 1, "what was said of its being cancelled goes with that"
    secretariat.undone(held)
    secretariat.undone(key)
    assert sessions_told() == before


def sessions_told() -> list[tuple[str, ...]]:
    """All sessions as they were recorded, but for when one was last changed."""
    columns = [column for column in ActivitySession.__table__.columns if column.name != "changed_at"]
    with acting_for(clock([HERE, THERE])), transaction():
        return sorted(tuple(str(value) for value in row) for row in db.session.execute(select(*columns)))


def test_where_participants_came_from_comes_and_goes(secretariat: Sender, inside: World) -> None:
    with acting_for(clock([HERE, THERE])), transaction():
        group = networks.create(group_of("Grænsecaféen", HERE, THERE)).id
        row = Activity(
            municipality_code=HERE,
            activity_type="language_cafe",
            name="Grænsecafé",
            place="Huset",
            group_id=group,
            starts_on=dt.date(2020, 1, 1),
        )
        db.session.add(row)
        db.session.flush()
        activities.set_counting(row.id, [THERE], asks_women_men=False)
    before = sessions_told()
    headings = [*PAST[:3], "Aflyst", "Voksne", "Børn", "Deltagere pr. kommune"]
    cafe = ["Aabenraa", "Grænsecafé"]
    right: list[list[Any]] = [
        [*cafe, "14-01-2025", "", 9, 2, "Aabenraa: 5 voksne; Tønder: 4 voksne, 2 børn"],
        [*cafe, "21-01-2025", "", 0, 0, "0550: 1 barn og 1 voksen"],  # participants left out are the sums
        [*cafe, "28-01-2025", "", 7, 0, ""],
    ]
    wrong: list[list[Any]] = [
        [*cafe, "04-02-2025", "", 9, 2, "Aabenraa: 5 voksne"],
        [*cafe, "11-02-2025", "", 5, 0, "Haderslev: 5 voksne"],
        [*cafe, "18-02-2025", "", 5, 0, "Aabenraa: 5"],
        [*cafe, "25-02-2025", "", 5, 0, "Aabenraa: 5 voksne, 3 hunde"],
        [*cafe, "04-03-2025", "ja", 0, 0, "Aabenraa: 5 voksne"],
    ]
    key = secretariat.checked(csv_of(headings, *right, *wrong), "sessions")
    told = [[name for name, _why in why] for why in problems(secretariat, key).values()]
    assert told == [["by_municipality"]] * 4 + [["cancelled"]]
    secretariat.applied(key, leave_out=True)
    with acting_for(clock([HERE, THERE])), transaction():
        recorded = db.session.scalars(
            select(ActivitySession).where(ActivitySession.activity_id == row.id).order_by(ActivitySession.held_on)
        ).all()
        assert [(each.adults, each.children, each.by_municipality) for each in recorded] == [
            (9, 2, {HERE: [5, 0], THERE: [4, 2]}),
            (1, 1, {THERE: [1, 1]}),
            (7, 0, None),
        ]
        parts = held.parts_of([each.id for each in recorded])
        assert [{part.municipality_code: part.adults for part in parts[each.id]} for each in recorded] == [
            {HERE: 5, THERE: 4},
            {HERE: 0, THERE: 1},
            {HERE: 3, THERE: 4},
        ]
    again = secretariat.checked(secretariat.taken_out("sessions", "csv"), "sessions")
    assert set(secretariat.verdicts(again)) == {"same"}, "a file that goes out comes in again unchanged"
    changed = secretariat.checked(csv_of([*headings[:3], "Voksne"], [*cafe, "14-01-2025", 12]), "sessions")
    assert [name for name, _why in problems(secretariat, changed)[2]] == ["by_municipality"], "it no longer adds up"
    emptied = secretariat.checked(csv_of([*headings[:3], headings[-1]], [*cafe, "14-01-2025", ""]), "sessions")
    assert secretariat.applied(emptied).outcome["changed"] == 1
    secretariat.undone(emptied)
    secretariat.undone(key)
    assert sessions_told() == before
