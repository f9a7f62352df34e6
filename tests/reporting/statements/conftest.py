"""A country small enough to close a month in: ten municipalities with a partnership in force last month."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from config.embedded import Servers
from config.settings import Settings
from service.activity.activities.models import Activity
from service.activity.checkins import operations as checkins
from service.activity.checkins.models import CheckIn
from service.network.networks import operations as networks
from service.platform.documents.models import Document, DocumentNumber
from service.platform.notices.models import Notice
from service.reporting.statements import closing, operations, releasing
from service.reporting.statements.models import Statement
from tenants.acting import acting_for
from tenants.calendar import bounds, day_of, first_of, month_before, month_name
from tenants.database import db, now, transaction
from tenants.periods import put_in_force
from tenants.reach import clock
from tests.support.processes import environment
from tests.support.world import group_of, hold, person, scope, sign_in

CODES = ("0101", "0147", "0151", "0153", "0155", "0157", "0159", "0161", "0163", "0165")
CODE = CODES[0]


@dataclass(frozen=True)
class Issued:
    """What there is of statements, as rows. Equal before and after: nothing was done."""

    statements: Mapping[str, tuple[str, int, str | None]]  # by municipality: state, attempts, hash of the paper
    documents: int
    numbers: int
    notices: Mapping[tuple[str, str], int]  # by municipality and recipient

    @property
    def done(self) -> int:
        return sum(state == "done" for state, _attempts, _sha in self.statements.values())


@dataclass(frozen=True)
class Country:
    """The municipalities and the month that is to be closed."""

    month: dt.date
    codes: tuple[str, ...]

    def issued(self) -> Issued:
        """What there is now."""
        with acting_for(clock(self.codes)), transaction():
            statements = {}
            for row, sha in db.session.execute(
                select(Statement, Document.sha256).outerjoin(
                    Document,
                    (Document.id == Statement.document_id)
                    & (Document.municipality_code == Statement.municipality_code),
                )
            ):
                assert row.municipality_code not in statements, f"{row.municipality_code} has two statements"
                statements[row.municipality_code] = (row.work_state, row.attempts, sha)
            notices = db.session.execute(
                select(Notice.municipality_code, Notice.recipient, func.count()).group_by(
                    Notice.municipality_code, Notice.recipient
                )
            )
            return Issued(
                statements,
                db.session.scalar(select(func.count()).select_from(Document)) or 0,
                db.session.scalar(select(func.coalesce(func.sum(DocumentNumber.last), 0))) or 0,
                {(code, recipient): count for code, recipient, count in notices},
            )

    def done(self) -> int:
        """How many statements are issued. Cheap: it is asked while waiting."""
        with acting_for(clock(self.codes)), transaction():
            return (
                db.session.scalar(select(func.count()).select_from(Statement).where(Statement.work_state == "done"))
                or 0
            )

    def assert_whole(self) -> None:
        """Every municipality has its statement, none two, none half, and each of its people is owed one mail about it."""
        found = self.issued()
        assert sorted(found.statements) == sorted(self.codes)
        assert found.done == len(self.codes), found.statements
        assert found.documents == len(self.codes), "a paper that no statement has"
        assert found.notices == {(code, recipient): 1 for code in self.codes for recipient in recipients(code)}
        with acting_for(clock(self.codes)), transaction():
            rows = db.session.execute(
                select(
                    Document.municipality_code,
                    Document.number,
                    Document.sha256,
                    Document.content,
                    Document.facts["month"].astext,
                )
            ).all()
        assert len({row.number for row in rows}) == len(rows)
        for code, number, sha, content, month in rows:
            assert hashlib.sha256(content).hexdigest() == sha
            assert number.startswith(code)
            assert month == f"{self.month:%Y-%m}"
            with pypdfium2.PdfDocument(content) as pdf:
                text = "".join(page.get_textpage().get_text_range() for page in pdf)
            assert number in text, "the number on the paper is that of its row"


def recipients(code: str) -> list[str]:
    """Those who are to hear of a municipality's statement: two people in the first, one in each other."""
    return [f"{who}.{code}@kommune.example" for who in ("leder", "medarbejder")[: 2 if code == CODES[0] else 1]]


@pytest.fixture
def country(app: Flask, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Country:
    """Ten municipalities, or as many as the test says, each with a partnership since the first of last month.

    Whatever day it is, the time for a look is over: what is made is released.
    """
    monkeypatch.setattr(closing, "released_from", lambda month: bounds(month)[1])
    month, codes = month_before(first_of(day_of(now()))), CODES[: getattr(request, "param", len(CODES))]
    with app.app_context():
        for code in codes:
            settle(code, month)
    return Country(month, codes)


def of_size(count: int) -> pytest.MarkDecorator:
    """Let a test have a country of so many municipalities: each costs a second."""
    return pytest.mark.parametrize("country", [count], indirect=True)


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    """Within the application, as a command is. Not for tests that open pages: each request has a context of its own."""
    with app.app_context():
        yield


def settle(code: str, month: dt.date) -> UUID:
    """Give a municipality a partnership from the first of a month, people and sessions. Returns the activity's id."""
    with acting_for(clock([code])), transaction():
        put_in_force(code, scope(month, f"prøve{code}", starts_on=month), uuid4())
        for role, recipient in zip(("manager", "staff"), recipients(code), strict=False):
            person(recipient, (role, code, None))
        activity = Activity(
            municipality_code=code,
            activity_type="homework_help",
            name="Lektiehjælp",
            place="Biblioteket",
            starts_on=month,
        )
        db.session.add(activity)
        db.session.flush()
        for week in range(4):
            hold(
                activity,
                month + dt.timedelta(days=7 * week),
                volunteers=6,
                volunteer_minutes=720,
                adults=3 + week,
                children=8,
            )
        return activity.id


@pytest.fixture
def environ(settings: Settings, place: Servers) -> dict[str, str]:
    """What a worker process is told: a lease of two seconds, so that a killed worker's work is soon free again."""
    return environment(settings, place.environment(), LEASE_SECONDS="2", LOG_LEVEL="WARNING")


@dataclass(frozen=True)
class Land:
    """Two municipalities with a partnership since the first of last month, and somebody of DRC. No context is open: pages are asked for."""

    app: Flask
    month: dt.date

    def within(self, code: str, do: Callable[[], Any]) -> Any:
        """What `do` answers, as unattended work in a municipality."""
        with self.app.app_context(), acting_for(clock([code])), transaction():
            return do()

    def row(self, code: str = CODE) -> Statement:
        """A municipality's statement as it is now."""
        return self.within(
            code, lambda: db.session.scalars(select(Statement).where(Statement.month == self.month)).one()
        )

    def put_held(self, code: str = CODE) -> None:
        """Let there be a statement that is held for an hour more."""
        assert self.within(code, lambda: releasing.put(code, self.month, 1, now() + dt.timedelta(hours=1)))

    def ripe(self) -> list[str]:
        """Make what waits for no group."""
        return self.within(CODE, lambda: releasing.make_ripe(self.month))

    def release(self) -> list[str]:
        """Release what is held in the first."""
        return self.within(CODE, lambda: releasing.release(self.month))

    def make(self, code: str = CODE) -> bool:
        """As a worker does."""
        with self.app.app_context():
            return operations.make(code, self.month, 1, 60)

    def facts(self) -> dict[str, Any]:
        """The facts of the paper."""
        paper_id = self.row().document_id
        return self.within(
            CODE, lambda: db.session.scalars(select(Document.facts).where(Document.id == paper_id)).one()
        )

    def drc(self) -> FlaskClient:
        """The secretariat's browser."""
        return sign_in(self.app.test_client(), "sekretariat@drc.example")

    @property
    def look(self) -> str:
        """The address of the look."""
        return f"/kommuner/{CODE}/opgoerelser/{month_name(self.month)}/gennemsyn"


@pytest.fixture
def land(app: Flask) -> Land:
    """It."""
    found = Land(app, month_before(first_of(day_of(now()))))
    with app.app_context():
        for code in CODES[:2]:
            settle(code, found.month)
        with acting_for(clock()), transaction():
            person("sekretariat@drc.example", ("secretariat", None, None))
    return found


@pytest.fixture
def asked(land: Land) -> UUID:
    """The check-in of the municipality's one group, which has not answered."""

    def ask() -> UUID:
        group = networks.create(group_of("Sprogbro", CODE))
        db.session.execute(update(Activity).values(group_id=group.id))
        checkins.ask(land.month)
        return db.session.scalars(select(CheckIn.id).where(CheckIn.month == land.month)).one()

    found: UUID = land.within(CODE, ask)
    return found
