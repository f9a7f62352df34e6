"""A file of groups, from sending it to undoing it."""

from __future__ import annotations

import datetime as dt
import errno
import runpy
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb
from sqlalchemy import Text, cast, func, literal_column, select, update
from sqlalchemy.orm import Session

from config.embedded import Servers
from service.exchange.imports import keeping, opening, operations, rules, work
from service.exchange.imports.deciding import decide, decide_all, mend
from service.exchange.imports.leased import LeasedImport
from service.exchange.imports.models import Import, ImportRow
from service.exchange.imports.rules import RowChoice
from service.network.networks import operations as networks
from service.network.networks.models import Group, GroupPlace
from service.network.networks.rules import GroupStatus
from service.network.shares import operations as shares
from service.platform.accounts.models import Person
from service.platform.ledger.models import NationalLedgerEntry
from service.platform.web.errors import Conflict, Invalid, Refusal
from service.platform.work import rows
from service.platform.work.keeper import Unanswered
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.exchange.conftest import (
    HEADINGS,
    Sender,
    csv_of,
    everything_of_groups,
    groups_file,
    how_many_groups,
    problems,
    xlsx_of,
)
from tests.support.world import HERE, THERE, World, group_of

BAD = csv_of(
    HEADINGS,
    ["Den gode", "forening", "Aabenraa", "", "Sprogcafé", ""],
    ["", "forening", "Aabenraa", "", "", ""],
    ["Uden type", "klub", "Aabenraa", "", "", ""],
    ["Uden sted", "løs gruppe", "Atlantis", "Tønder; Kloster", "", ""],
    ["Uden mail", "løs gruppe", "0580", "", "Tyveri", "ikke en mail"],
    ["den GODE", "løs gruppe", "580", "", "", ""],
)


def existing(name: str, *codes: str) -> UUID:
    """A group that is there already."""
    with acting_for(clock(codes)), transaction():
        return networks.create(group_of(name, *codes)).id


def bytes_kept() -> int:
    """How many files are kept as they were sent."""
    with acting_for(clock()), transaction():
        return db.session.scalar(select(func.count(Import.content))) or 0


@pytest.mark.gate("2.3.3")
def test_new_groups_come_and_go_as_one(secretariat: Sender) -> None:
    before = everything_of_groups()
    key = secretariat.checked(groups_file(1200))
    assert secretariat.verdicts(key) == {"new": 1200}
    assert everything_of_groups() == before, "checking writes nothing"
    done = secretariat.applied(key)
    assert (done.state, done.outcome["new"]) == ("applied", 1200)
    assert bytes_kept() == 0
    assert how_many_groups() == 1201
    again = secretariat.checked(groups_file(1200))
    assert secretariat.verdicts(again) == {"same": 1200}
    assert secretariat.undone(key).state == "undone"
    assert everything_of_groups() == before


def test_a_broken_row_names_its_row_its_column_and_its_cause(secretariat: Sender) -> None:
    key = secretariat.checked(BAD)
    assert secretariat.verdicts(key) == {"new": 1, "refused": 5}
    found = problems(secretariat, key)
    assert [(number, [name for name, _why in told]) for number, told in found.items()] == [
        (3, ["name"]),
        (4, ["kind"]),
        (5, ["home", "others"]),
        (6, ["themes", "contact_email"]),
        (7, [""]),
    ]
    assert found[3][0][1] == "Udfyld feltet."
    assert "»klub« er ikke en af mulighederne: forening, løs gruppe." in found[4][0][1]
    assert "Atlantis" in found[5][0][1]
    assert "Kloster" in found[5][1][1]
    assert found[7][0][1] == "Rækken handler om det samme som række 2.", "by name and home, however they are typed"


def test_refused_rows_stand_in_the_way_until_they_are_mended_or_left_out(secretariat: Sender) -> None:
    key = secretariat.checked(BAD)
    with pytest.raises(Refusal, match="afvist"):
        secretariat.do(key, operations.apply, leave_out=False)
    secretariat.do(key, mend, 4, {"kind": "forening"})
    secretariat.do(key, mend, 3, {"name": "Nu med navn"})
    assert secretariat.verdicts(key) == {"new": 3, "refused": 3}
    secretariat.do(key, mend, 2, {"name": "Et andet navn"})
    assert secretariat.verdicts(key) == {"new": 4, "refused": 2}, "row 7 is no double of row 2 any more"
    secretariat.do(key, mend, 7, {"name": "Et andet navn"})
    assert problems(secretariat, key)[7] == [["", "Rækken handler om det samme som række 2."]]
    done = secretariat.applied(key, leave_out=True)
    assert (done.outcome["new"], done.outcome["left_out"]) == (3, 3)
    assert how_many_groups() == 4


def test_changes_are_found_told_and_put_back(secretariat: Sender) -> None:
    old = existing("Gruppe 00001", HERE, THERE)
    with acting_for(clock([HERE, THERE])), transaction():
        networks.set_status(old, GroupStatus.RESTING, dt.date(2025, 1, 1))
    before = everything_of_groups()
    content = csv_of(
        ["Navn", "Hjemkommune", "Type", "Kontaktmail", "Status"],
        ["Gruppe 00001", "Aabenraa", "forening", "ny@gruppe.example", "under dannelse"],
    )
    key = secretariat.checked(content)
    assert secretariat.verdicts(key) == {"changed": 1}
    (row,) = secretariat.rows(key)
    assert row.target_id == old
    assert row.given["places"] == row.before["places"], "what the file has no column for stays"
    assert [area["municipality_code"] for area in row.given["areas"]] == [HERE, THERE]
    secretariat.applied(key)
    with acting_for(clock()), transaction():
        group = db.session.get_one(Group, old)
        assert (group.kind, group.status) == ("association", "forming")
    secretariat.undone(key)
    assert everything_of_groups() == before


def test_an_id_says_which_and_the_rest_may_be_left_out(secretariat: Sender) -> None:
    old = existing("Gruppen", HERE)
    key = secretariat.checked(
        csv_of(["Id", "Navn"], [old, "Nyt navn"], ["019aaf5e-0000-7000-8000-000000000000", "X"], ["", "Y"], ["xx", "Z"])
    )
    assert secretariat.verdicts(key) == {"changed": 1, "refused": 3}
    found = problems(secretariat, key)
    assert [found[3][0][0], found[4][0][0], found[5][0][0]] == ["id", "kind", "id"]


def test_what_is_probably_here_already_is_for_a_person_to_say(secretariat: Sender) -> None:
    old = existing("Dobbeltgruppen", THERE)
    rows = ([name, "forening", "Aabenraa", "", "", f"{name[0]}@gruppe.example"] for name in ("Dobbeltgruppen", "Ny"))
    key = secretariat.checked(csv_of(HEADINGS, *rows))
    assert secretariat.verdicts(key) == {"doubtful": 1, "new": 1}
    with pytest.raises(Refusal, match="tvivlsom"):
        secretariat.do(key, operations.apply, leave_out=True)
    secretariat.do(key, decide, 2, RowChoice.NEW)
    assert secretariat.applied(key).outcome["new"] == 2
    secretariat.undone(key)

    key = secretariat.checked(csv_of(HEADINGS, *[["Dobbeltgruppen", "forening", "Aabenraa", "", "", ""]]))
    secretariat.do(key, decide, 2, RowChoice.CHANGE)
    assert secretariat.applied(key).outcome["changed"] == 1
    with acting_for(clock()), transaction():
        assert db.session.get_one(Group, old).kind == "association"
    secretariat.undone(key)

    key = secretariat.checked(
        csv_of(HEADINGS, ["Dobbeltgruppen", "forening", "Aabenraa"], ["Ny", "forening", "Aabenraa"])
    )
    secretariat.do(key, decide_all, RowChoice.SKIP)
    done = secretariat.applied(key)
    assert (done.outcome["new"], done.outcome["skipped"]) == (1, 1)


def test_columns_that_are_not_recognised_are_chosen(secretariat: Sender) -> None:
    key = secretariat.checked(csv_of(["Hvem", "Hvad", "Note"], ["A", "forening", "hej"]))
    row = secretariat.seen(key)
    assert (row.state, row.columns) == ("columns", ["", "", ""])
    for wrong in (["name", "name", ""], ["name", "nothing", ""], ["name", "", ""], ["name"]):
        with pytest.raises(Invalid):
            secretariat.do(key, operations.choose_columns, wrong)
    assert (secretariat.rows(key), bytes_kept()) == ([], 1), "no row is kept before somebody has said what it holds"
    secretariat.do(key, operations.choose_columns, ["name", "kind", ""])
    assert work.work(key, 60)
    assert secretariat.verdicts(key) == {"new": 1}
    row = secretariat.seen(key)
    assert (row.headings, bytes_kept()) == (["Hvem", "Hvad", ""], 0)


SECRET = "010203-1234"  # what stands in columns that nobody asked for


def anywhere(word: str) -> list[str]:
    """The tables that hold a word in any of their cells."""
    with acting_for(clock()), transaction():
        found = []
        for model in (Import, ImportRow):
            whole = cast(literal_column(f'"{model.__tablename__}"'), Text)
            query = select(func.count()).select_from(model).where(whole.contains(word))
            found += [model.__tablename__] if db.session.scalar(query) else []
        return found


def test_a_column_that_means_nothing_here_is_never_kept(secretariat: Sender) -> None:
    content = csv_of(
        [*HEADINGS, "CPR", "Bemærkning"], ["A", "forening", "Aabenraa", "", "", "", SECRET, "Er syg", SECRET]
    )
    key = secretariat.send(content)
    assert work.work(key, 60)
    assert secretariat.verdicts(key) == {"new": 1}
    assert (anywhere(SECRET), anywhere("syg"), anywhere("Aabenraa")) == ([], [], ["import_rows"])
    assert secretariat.seen(key).headings[-2:] == ["CPR", "Bemærkning"], "so that one sees what was left out"


def test_a_column_that_is_given_up_is_forgotten_and_one_that_was_not_kept_is_sent_again(secretariat: Sender) -> None:
    key = secretariat.checked(
        csv_of([*HEADINGS, "Andet"], ["A", "forening", "Aabenraa", "", "", "berit@gruppe.example", SECRET])
    )
    columns = secretariat.seen(key).columns
    assert anywhere("berit") == ["import_rows"]
    with pytest.raises(Invalid) as refused:
        secretariat.do(key, operations.choose_columns, [*columns[:-1], "cvr"])
    assert "send filen igen" in str(refused.value.errors["columns-6-name"])
    secretariat.do(key, operations.choose_columns, [*columns[:5], "", ""])
    assert work.work(key, 60)
    assert anywhere("berit") == []
    assert secretariat.verdicts(key) == {"new": 1}


def test_what_was_kept_of_such_columns_before_is_forgotten_by_the_migration(
    secretariat: Sender, place: Servers
) -> None:
    old = secretariat.checked(csv_of([*HEADINGS, "CPR"], ["A", "forening", "Aabenraa"]))
    waits = secretariat.checked(csv_of(["Hvem", "Hvad"], ["B", "forening"]))
    with psycopg.connect(place.database_owner_url) as connection:
        (step,) = Path("migrations/versions").glob("*_unasked.py")
        migration = runpy.run_path(str(step))
        for table in migration["TABLES"]:
            connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        kept = [Jsonb(["A", "forening", "Aabenraa", "", "", "", SECRET, SECRET]), old]
        connection.execute("UPDATE import_rows SET cells = %s WHERE import_id = %s", kept)
        for statement in migration["FORGET"]:
            connection.execute(statement)
        for table in migration["TABLES"]:
            connection.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    (row,) = secretariat.rows(old)
    assert row.cells == ["A", "forening", "Aabenraa", "", "", "", "", ""]
    assert (anywhere(SECRET), secretariat.seen(waits).state, secretariat.rows(waits)) == ([], "dropped", [])


def test_a_file_whose_columns_nobody_explains_is_forgotten_after_a_day(
    secretariat: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = secretariat.checked(csv_of(["Hvem", "Hvad"], ["Karna", "forening"]))
    later = [now() + keeping.UNREAD.time * share for share in (0.9, 1.1)]
    for moment, state, kept in zip(later, ("columns", "dropped"), (1, 0), strict=True):
        monkeypatch.setattr(operations, "now", lambda moment=moment: moment)
        with acting_for(clock()), transaction():
            operations.forget_old()
        assert (secretariat.seen(key).state, bytes_kept()) == (state, kept)


def test_a_spreadsheet_is_as_good_as_text(secretariat: Sender) -> None:
    key = secretariat.checked(xlsx_of(["Grupper 2026"], HEADINGS, ["Fra Excel", "forening", 580, "Tønder", "", None]))
    (row,) = secretariat.rows(key)
    assert (row.number, row.verdict) == (3, "new")
    assert [area["municipality_code"] for area in row.given["areas"]] == [HERE, THERE]


@pytest.mark.gate("5.2.3")
def test_what_cannot_be_read_says_why_and_keeps_nothing(secretariat: Sender) -> None:
    key = secretariat.checked(b"%PDF-1.7")
    row = secretariat.seen(key)
    assert (row.state, bytes_kept()) == ("unreadable", 0)
    assert "ikke et regneark" in row.problem
    for content, kind in ((b"", "groups"), (b"x" * (rules.MOST_BYTES + 1), "groups"), (b"x", "people")):
        with pytest.raises(Invalid):
            secretariat.send(content, kind)


def test_a_file_that_costs_too_much_waits_as_unreadable(secretariat: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(*_asked: object) -> None:
        raise Unanswered("went over its limit of 45 seconds")

    monkeypatch.setattr(opening.reader, "ask", ended)
    row = secretariat.seen(secretariat.checked(csv_of(HEADINGS, ["A", "forening", "Aabenraa"])))
    assert (row.state, bytes_kept()) == ("unreadable", 0)
    assert "for meget tid eller hukommelse" in row.problem


# All or nothing


def test_what_changed_since_the_check_is_checked_again_and_nothing_is_written(secretariat: Sender) -> None:
    old = existing("Gruppe 00700", HERE)
    key = secretariat.checked(groups_file(800))
    assert secretariat.verdicts(key) == {"changed": 1, "new": 799}
    with acting_for(clock([HERE])), transaction():
        networks.change(old, {**group_of("Gruppe 00700", HERE), "cvr": "20699310"})
    row = secretariat.applied(key)
    assert (row.state, how_many_groups()) == ("ready", 2)
    assert "ændret" in row.problem
    existing("Gruppe 00750", HERE)  # and somebody makes one that was new
    assert secretariat.applied(key).state == "ready"
    assert secretariat.verdicts(key) == {"changed": 2, "new": 798}
    assert secretariat.applied(key).state == "applied"


@pytest.mark.gate("2.3.3")
def test_a_step_that_breaks_leaves_nothing_and_is_tried_again(
    secretariat: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = secretariat.checked(groups_file(700))
    real = rows.add
    seen: list[int] = []

    def breaking(model: type, added: list[dict[str, object]], **options: Any) -> None:
        seen.append(len(added))
        if len(seen) > 6:
            raise OSError(errno.ENOSPC, "the disk is full")
        real(model, added, **options)

    monkeypatch.setattr("service.platform.work.rows.add", breaking)
    assert secretariat.applied(key).state == "applying"
    assert how_many_groups() == 1, "the first batch went in, and out again with the rest"
    monkeypatch.undo()
    with acting_for(clock()), transaction():
        db.session.execute(update(Import).values(due_from=now()))
    assert work.work(key, 60)
    assert how_many_groups() == 701


def test_control_a_lease_that_is_lost_writes_nothing(secretariat: Sender) -> None:
    key = secretariat.checked(groups_file(10))
    secretariat.do(key, operations.apply, leave_out=False)
    real = LeasedImport.report_progress

    def overtaken(held: LeasedImport, progress: int) -> None:
        with Session(db.engine) as session, session.begin():  # another worker takes over meanwhile
            session.execute(update(Import).values(lease_token=None))
        real(held, progress)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LeasedImport, "report_progress", overtaken)
        assert not work.work(key, 60)
    assert how_many_groups() == 1


# Undoing


def test_undoing_is_refused_where_something_was_changed_or_taken_into_use(secretariat: Sender) -> None:
    key = secretariat.checked(groups_file(3))
    secretariat.applied(key)
    first, second, _third = (row.result_id for row in secretariat.rows(key))
    assert first is not None
    assert second is not None
    with acting_for(clock([HERE])), transaction():
        share = shares.offer(
            HERE, title="x", shows=("contact",), valid_from=dt.date(2026, 1, 1), valid_to=None, group_id=second
        )
        share_id = share.id
    before = everything_of_groups()
    row = secretariat.undone(key)
    assert row.state == "applied"
    assert row.faults == [[3, "Den er taget i brug siden importen."]]
    assert everything_of_groups() == before
    with acting_for(clock([HERE, THERE])), transaction():
        networks.change(first, {**group_of("Omdøbt", HERE), "cvr": ""})
    assert [2, "Den er ændret siden importen."] in secretariat.undone(key).faults
    assert share_id


def test_undoing_has_a_time(secretariat: Sender) -> None:
    key = secretariat.checked(groups_file(2))
    with pytest.raises(Conflict):
        secretariat.do(key, operations.undo)
    secretariat.applied(key)
    with acting_for(clock()), transaction():
        db.session.execute(
            update(Import).values(applied_at=now() - dt.timedelta(days=31), created_at=now() - dt.timedelta(days=31))
        )
    with pytest.raises(Conflict, match="30 dage"):
        secretariat.do(key, operations.undo)
    with acting_for(clock()), transaction():
        assert operations.forget_old() == 1
        assert operations.forget_old() == 0
        assert db.session.scalar(select(func.count()).select_from(ImportRow)) == 0
    assert secretariat.seen(key).outcome["new"] == 2, "what came of it is kept"
    assert secretariat.seen(key).file_name == "", "which may name somebody"


# Whose


def test_a_consultant_imports_within_the_territory_alone(consultant: Sender) -> None:
    elsewhere = existing("Naboens", THERE)
    key = consultant.checked(
        csv_of(
            ["Navn", "Type", "Hjemkommune", "Id"],
            ["Her", "forening", "Aabenraa", ""],
            ["Der", "forening", "Tønder", ""],
            ["Naboens", "forening", "Aabenraa", elsewhere],
        )
    )
    assert consultant.verdicts(key) == {"new": 1, "refused": 2}
    found = problems(consultant, key)
    assert found[3][0] == ["home", "Vælg mindst én kommune i dit område."]
    assert "andet konsulentområde" in found[4][0][1]
    assert consultant.applied(key, leave_out=True).outcome["new"] == 1


def test_what_a_leaver_sent_is_not_carried_out(secretariat: Sender, inside: World) -> None:
    key = secretariat.checked(groups_file(2))
    secretariat.do(key, operations.apply, leave_out=False)
    with acting_for(clock()), transaction():
        db.session.execute(update(Person).where(Person.id == inside.secretariat).values(disabled_at=now()))
    work.work(key, 60)
    with acting_for(clock()), transaction():
        row = db.session.get_one(Import, key)
        assert (row.state, row.problem) == ("ready", "Den, der sendte filen, har ikke længere adgang.")
    assert how_many_groups() == 1


def test_every_step_is_in_the_ledger_with_counts(secretariat: Sender) -> None:
    key = secretariat.checked(groups_file(5))
    secretariat.applied(key)
    secretariat.undone(key)
    with acting_for(clock()), transaction():
        entries = db.session.scalars(
            select(NationalLedgerEntry)
            .where(NationalLedgerEntry.subject == f"import:{key}")
            .order_by(NationalLedgerEntry.number)
        ).all()
    assert [entry.act for entry in entries] == ["import.received", "import.applied", "import.undone"]
    assert all(entry.person_id == secretariat.identity.person_id for entry in entries)
    assert entries[1].details == {"kind": "groups", "new": 5, "changed": 0, "same": 0, "skipped": 0, "left_out": 0}
    assert "Gruppe" not in str([entry.details for entry in entries])


def test_meeting_places_come_and_go(secretariat: Sender) -> None:
    before = everything_of_groups()
    headings = ("Navn", "Type", "Hjemkommune", "Mødesteder")
    places = "Aabenraa: Biblioteket | Storegade 1; 0550: Skolen"
    key = secretariat.checked(
        csv_of(
            headings,
            ["Med steder", "forening", "Aabenraa", places],
            ["Uden kommune", "forening", "Aabenraa", "Biblioteket"],
            ["Ukendt kommune", "forening", "Aabenraa", "Atlantis: Biblioteket"],
            ["Uden sted", "forening", "Aabenraa", "Aabenraa: | Storegade 1"],
        )
    )
    assert [[name for name, _why in why] for why in problems(secretariat, key).values()] == [["places"]] * 3
    secretariat.applied(key, leave_out=True)
    with acting_for(clock()), transaction():
        query = select(GroupPlace.municipality_code, GroupPlace.name, GroupPlace.address).join(Group)
        found = db.session.execute(query.where(Group.name == "Med steder").order_by(GroupPlace.name)).all()
        assert [tuple(row) for row in found] == [(HERE, "Biblioteket", "Storegade 1"), (THERE, "Skolen", "")]
    without = secretariat.checked(csv_of(headings[:3], ["Med steder", "forening", "Aabenraa"]))
    assert secretariat.verdicts(without) == {"same": 1}, "a column that the file has not leaves things as they are"
    secretariat.undone(key)
    assert everything_of_groups() == before
