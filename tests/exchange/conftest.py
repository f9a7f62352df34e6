"""Files of groups and sessions, sent, worked on and looked at."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select

from service.exchange.exports import operations as exporting
from service.exchange.exports.queries import export
from service.exchange.imports import operations, queries, work
from service.exchange.imports.models import Import, ImportRow
from service.exchange.records.kinds.base import Limits
from service.network.networks.models import Group, GroupArea, GroupContact, GroupPlace, GroupStatusChange, GroupWord
from service.platform.accounts import operations as people
from service.platform.web.identity import Identity
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.world import World

HEADINGS = ("Navn", "Type", "Hjemkommune", "Andre kommuner", "Aktivitetstyper", "Kontaktmail")


def csv_of(*rows: Sequence[Any], separator: str = ";", encoding: str = "utf-8") -> bytes:
    """Rows as the bytes of a CSV file."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_of(*rows: Sequence[Any]) -> bytes:
    """Rows as the bytes of a spreadsheet, as openpyxl and Excel save one."""
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(list(row))
    book.save(out)
    return out.getvalue()


def groups_of(count: int, name: str = "Gruppe", home: str = "Aabenraa") -> Iterator[Sequence[str]]:
    """So many new groups, as rows under `HEADINGS`."""
    for n in range(count):
        yield f"{name} {n:05}", "forening", home, "Tønder", "Sprogcafé; Lektiehjælp", f"g{n}@gruppe.example"


def groups_file(count: int, name: str = "Gruppe", home: str = "Aabenraa") -> bytes:
    """So many new groups."""
    return csv_of(HEADINGS, *groups_of(count, name, home))


@pytest.fixture
def inside(app: Flask, world: World) -> Iterator[World]:
    """Within the application, with the world there."""
    with app.app_context():
        yield world


def identity_of(person_id: UUID) -> Identity:
    """A person as they ask."""
    with acting_for(clock()), transaction():
        found = people._identity(person_id, "", None, now())
    assert found is not None
    return found


class Sender:
    """One of DRC's people, who sends files and works on them."""

    def __init__(self, person_id: UUID) -> None:
        self.identity = identity_of(person_id)

    def send(self, content: bytes, kind: str = "groups", name: str = "fil.csv") -> UUID:
        """Send a file."""
        with acting_for(self.identity.reach), transaction():
            return operations.receive(kind, name, content, self.identity).id

    def checked(self, content: bytes, kind: str = "groups") -> UUID:
        """Send a file and have it read and checked."""
        key = self.send(content, kind)
        assert work.work(key, 60), self.seen(key).problem
        return key

    def do(self, key: UUID, deed: Callable[..., Any], *args: Any, **options: Any) -> None:
        """Do something with an import."""
        with acting_for(self.identity.reach), transaction():
            deed(queries.one(key, self.identity, lock=True), *args, **options)

    def applied(self, key: UUID, **options: Any) -> Import:
        """Carry an import out."""
        self.do(key, operations.apply, **{"leave_out": False, **options})
        work.work(key, 60)
        return self.seen(key)

    def undone(self, key: UUID) -> Import:
        """Undo an import."""
        self.do(key, operations.undo)
        work.work(key, 60)
        return self.seen(key)

    def asked(self, kind: str, file_format: str = "csv", **limits: Any) -> UUID:
        """Ask for a file."""
        with acting_for(self.identity.reach), transaction():
            return exporting.ask(kind, file_format, Limits(**limits), self.identity).id

    def fetched(self, key: UUID) -> bytes:
        """Fetch a file that was made."""
        with acting_for(self.identity.reach), transaction():
            return b"".join(exporting.fetch(export(key, self.identity)))

    def taken_out(self, kind: str, file_format: str = "csv", **limits: Any) -> bytes:
        """Ask for a file, have it made, and fetch it."""
        key = self.asked(kind, file_format, **limits)
        assert exporting.make(key, 60)
        return self.fetched(key)

    def seen(self, key: UUID) -> Import:
        """An import as it is."""
        with acting_for(self.identity.reach), transaction():
            return queries.one(key, self.identity)

    def rows(self, key: UUID) -> list[ImportRow]:
        """Its rows."""
        with acting_for(self.identity.reach), transaction():
            return list(db.session.scalars(queries.rows(key).order_by(ImportRow.number)))

    def verdicts(self, key: UUID) -> dict[str, int]:
        """How many rows there are of each verdict."""
        with acting_for(self.identity.reach), transaction():
            found: dict[str, int] = {}
            for (verdict, _choice), count in queries.counts(key).items():
                found[verdict] = found.get(verdict, 0) + count
            return found


def problems(sender: Sender, key: UUID) -> dict[int, list[list[str]]]:
    """What is wrong with each row that is refused."""
    return {row.number: row.problems for row in sender.rows(key) if row.verdict == "refused"}


@pytest.fixture
def secretariat(inside: World) -> Sender:
    """The secretariat."""
    return Sender(inside.secretariat)


@pytest.fixture
def consultant(inside: World) -> Sender:
    """The consultant, whose territory is Aabenraa alone."""
    return Sender(inside.consultant)


def how_many_groups() -> int:
    """How many groups there are."""
    with acting_for(clock()), transaction():
        return db.session.scalar(select(func.count()).select_from(Group)) or 0


def everything_of_groups() -> list[list[tuple[Any, ...]]]:
    """All there is of groups, but for the ids of rows beside them and the moments that nobody sees."""
    tables = {
        Group: None,
        GroupArea: "id",
        GroupContact: "id",
        GroupPlace: "id",
        GroupWord: "id",
        GroupStatusChange: None,
    }
    with acting_for(clock()), transaction():
        return [
            sorted(
                tuple(str(value) for value in row)
                for row in db.session.execute(select(*(c for c in table.__table__.columns if c.name != without)))
            )
            for table, without in tables.items()
        ]
