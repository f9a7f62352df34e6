"""The life of a municipality's agreements in the service and in a plain model side by side: the same steps in both, then compared.

Each step is the real operation, in the office of whoever takes it, committed to PostgreSQL with its walls. Only the laying out of papers is
left out, which is tested elsewhere. The model is told the outcome alone, never asked how the service came to it.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import DBAPIError

from service.partnership.agreements import (
    addenda,
    certifying,
    end_queries,
    ending,
    intake,
    offering,
    operations,
    queries,
)
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.rules import EndState, Party, Signature
from service.partnership.agreements.validity import ValidityStage, validity
from service.partnership.partnerships import operations as drafts
from service.partnership.partnerships.queries import draft
from service.partnership.partnerships.schemas import fields_of
from service.platform.documents import making, scans
from service.platform.documents import queries as papers
from service.platform.documents.sealing import PaperSealer
from service.platform.web.errors import NotFound, Refusal
from tenants import database, periods
from tenants.acting import acting_for
from tenants.calendar import DENMARK, first_of, month_after
from tenants.database import db, transaction
from tenants.reach import Office, Reach
from tenants.scope import AgreedActivity, Capability, Every, Frequency, Level, Payment, Scope
from tests.support.rows import Rows
from tests.support.world import EMPTY, person, scope

DAY, WHY, NOTICE_MONTHS = dt.timedelta(days=1), "Det har vi talt om.", 3
MUNICIPALITY, DRC = Party.MUNICIPALITY, Party.DRC
EITHER = (MUNICIPALITY, DRC)
RUNS = ("concluded", "terminated")
# Who may do what in which state, and what comes of it: said once more, and nothing else may be done.
MAY: dict[str, dict[tuple[str, Party], str]] = {
    "approve": {("offered", MUNICIPALITY): "accepted", ("accepted", DRC): "concluded"},
    "decline": {("offered", MUNICIPALITY): "declined"},
    "withdraw": {(state, DRC): "withdrawn" for state in ("preparing", "offered", "accepted")},
    "notice": {("concluded", party): "terminated" for party in EITHER},
    "agree": {(state, party): "ended_early" for state in RUNS for party in EITHER},
    "breach": {(state, party): "ended_for_breach" for state in RUNS for party in EITHER},
}
IN_FORCE_ONCE = {"concluded", "terminated", "ended_early", "ended_for_breach"}


class Clock:
    """The one clock of the service, which can be set on."""

    def __init__(self) -> None:
        self.at = dt.datetime.combine(
            dt.date(2041, 3, 10), dt.time(12), DENMARK
        )  # after what PostgreSQL dates by its own

    def __call__(self) -> dt.datetime:
        return self.at.astimezone(dt.UTC)

    @property
    def today(self) -> dt.date:
        """The day in Denmark."""
        return self.at.date()


@dataclass
class Agreed:
    """An agreement as the model has it: `ends` is its last day, however that came about, and `takes` what it lets hold."""

    id: UUID
    state: str
    starts: dt.date
    ends: dt.date
    takes: dict[str, Any]
    amends: bool = False
    on_paper: bool = False
    proposed: tuple[Party, dt.date] | None = None


def after_notice(given: dt.date, agreed: Agreed) -> dt.date:
    """The last day that a notice leads to: the end of the month three months on, counted day by day."""
    day, months = given, NOTICE_MONTHS
    while months >= 0:
        day += DAY
        months -= day.day == 1
    return min(max(day - DAY, agreed.starts), agreed.ends)


class Life:
    """A municipality, DRC, and all that they do about their agreements."""

    def __init__(self, app: Flask, rows: Rows, clock: Clock) -> None:
        self.app, self.rows, self.clock = app, rows, clock
        self.met: Counter[str] = Counter()

    def begin(self) -> None:
        """Nothing has been agreed."""
        self.rows.empty()
        self.clock.__init__()  # type: ignore[misc]
        self.known: dict[UUID, Agreed] = {}
        with self.acting():
            self.people = {
                MUNICIPALITY: person("leder@kommune.example", ("manager", EMPTY, None)),
                DRC: person("sekretariat@drc.example", ("secretariat", None, None)),
            }

    @contextmanager
    def acting(self, party: Party | None = None) -> Iterator[None]:
        """Act for a party, or unattended."""
        office = Office(party) if party else Office.CLOCK
        reach = Reach(office, frozenset({EMPTY}), self.people[party] if party else None)
        with self.app.app_context(), acting_for(reach), transaction():
            yield

    def _done(self, what: str, party: Party | None, do: Callable[[], Any]) -> Any:
        """What a step gives; None where it is refused, and then nothing of it stays."""
        try:
            with self.acting(party):
                found = do()
        except (Refusal, NotFound):
            self.met[f"{what}: refused"] += 1
            return None
        except DBAPIError as error:
            if not isinstance(error.orig, InsufficientPrivilege):
                raise
            self.met[f"{what}: refused"] += 1  # by PostgreSQL, as an operation takes one's party from who may do it
            return None
        self.met[what] += 1
        return found

    @property
    def open_one(self) -> Agreed | None:
        """What is offered, and waits."""
        waiting = (each for each in self.known.values() if each.state in ("preparing", "offered", "accepted"))
        return next(waiting, None)

    @property
    def concluded(self) -> list[Agreed]:
        """What was concluded, by its first day."""
        return sorted(
            (each for each in self.known.values() if each.state in IN_FORCE_ONCE), key=lambda each: each.starts
        )

    def runs_on(self, day: dt.date) -> Agreed | None:
        """What is in force on a day: the last that has begun, unless it has ended."""
        begun = [each for each in self.concluded if each.starts <= day]
        return begun[-1] if begun and day <= begun[-1].ends else None

    # Steps

    def offer(self, starts: dt.date, months: int) -> None:
        """DRC drafts an agreement and offers it."""

        def do() -> Agreed:
            drafts.discard(EMPTY)
            wanted = term(starts, months, number=len(self.known))
            drafts.keep(EMPTY, fields_of(wanted), wanted, self.people[DRC])
            return agreed_of(offering.offer_draft(EMPTY, self.people[DRC]))

        self._begun(self._done("offer", DRC, do))

    def renew(self) -> None:
        """DRC drafts the next term of what runs, or makes a draft of what came to nothing, and offers it."""
        last = (self.concluded or list(self.known.values()))[-1]

        def do() -> Agreed:
            drafts.discard(EMPTY)
            offering.draft_again(last.id, self.people[DRC], EMPTY)
            return agreed_of(offering.offer_draft(EMPTY, self.people[DRC]))

        self._begun(self._done("renew", DRC, do))

    def amend(self, starts: dt.date, opens: Capability) -> None:
        """DRC drafts an addendum that opens or closes something from a day on, and offers it."""
        runs = self.runs_on(starts) or self.concluded[-1]

        def do() -> Agreed:
            drafts.discard(EMPTY)
            addenda.draft(runs.id, starts, self.people[DRC], EMPTY)
            found = draft(EMPTY)
            assert found is not None
            assert found.stored_scope is not None
            before = Scope.from_plain(found.stored_scope)
            after = replace(before, capabilities=before.capabilities ^ {opens})
            drafts.keep(EMPTY, fields_of(after), after, self.people[DRC])
            return agreed_of(offering.offer_draft(EMPTY, self.people[DRC], as_addendum=True))

        self._begun(self._done("amend", DRC, do))

    def take_in(self, starts: dt.date, months: int) -> None:
        """DRC takes in what was signed on paper."""
        signed = {
            party: Signature("Inger Madsen", "direktør", min(starts, self.clock.today))
            for party in ("municipality", "drc")
        }

        def do() -> Agreed:
            drafts.discard(EMPTY)
            wanted = term(starts, months, number=len(self.known))
            drafts.keep(EMPTY, fields_of(wanted), wanted, self.people[DRC])
            return agreed_of(
                intake.take_in_draft(EMPTY, signed, f"%PDF-1.7 {len(self.known)}".encode(), self.people[DRC])
            )

        found = self._done("take_in", DRC, do)
        if found:
            self.known[found.id] = replace(found, on_paper=True)
            assert found.state == "concluded"

    def _begun(self, found: Agreed | None) -> None:
        if found:
            assert self.open_one is None, "one at a time is offered"
            assert found.state == "preparing"
            self.known[found.id] = found

    def decide(self, what: str, party: Party) -> None:
        """Somebody approves, declines or withdraws what is offered, or what was last."""
        agreed = self.open_one or list(self.known.values())[-1]
        who = self.people[party]

        def do() -> bool:
            if what == "approve":
                paper = queries.agreement(agreed.id).document_id
                sha256 = papers.document(paper).sha256 if paper else ""
                operations.approve(agreed.id, party, who, sha256, EMPTY)
            else:
                {"decline": operations.decline, "withdraw": operations.withdraw}[what](agreed.id, who, WHY, EMPTY)
            return True

        self._stepped(what, party, agreed, do)

    def notice(self, party: Party, agreed: Agreed) -> None:
        """A party gives notice."""
        last = after_notice(self.clock.today, agreed)
        who = self.people[party]
        if self._stepped("notice", party, agreed, lambda: bool(ending.terminate(agreed.id, party, who, WHY, EMPTY))):
            agreed.ends = last

    def breach(self, party: Party, agreed: Agreed, last: dt.date) -> None:
        """A party ends it for breach."""
        who, called_on = self.people[party], self.clock.today - 20 * DAY

        def do() -> bool:
            ending.end_for_breach(agreed.id, party, who, WHY, last_day=last, called_on=called_on, code=EMPTY)
            return True

        if self._stepped("breach", party, agreed, do):
            agreed.ends = min(agreed.ends, last)

    def propose(self, party: Party, agreed: Agreed, last: dt.date) -> None:
        """A party proposes an earlier day."""
        who = self.people[party]
        if self._done("propose", party, lambda: ending.propose(agreed.id, party, who, WHY, last_day=last, code=EMPTY)):
            assert agreed.state in RUNS, f"{agreed.state}, and nothing can come of a proposal"
            assert self.clock.today <= last < agreed.ends, f"{last} was proposed of what ends {agreed.ends}"
            agreed.proposed = (party, last)

    def answer(self, party: Party, agreed: Agreed, to: EndState) -> None:
        """A party answers what is proposed."""
        who, proposed = self.people[party], agreed.proposed
        do = lambda: bool(ending.answer(agreed.id, party, who, to, WHY, EMPTY))  # noqa: E731
        if to is not EndState.FINAL:
            if self._done(to, party, do):
                assert proposed is not None
                assert (proposed[0] is party) is (to is EndState.WITHDRAWN)
                agreed.proposed = None
        elif self._stepped("agree", party, agreed, do):
            assert proposed is not None
            assert proposed[0] is not party
            assert proposed[1] >= self.clock.today, "its day had passed"
            agreed.ends, agreed.proposed = min(agreed.ends, proposed[1]), None

    def _stepped(self, what: str, party: Party, agreed: Agreed, do: Callable[[], Any]) -> bool:
        """Whether a step was taken; then its party could take it in that state, and it led where it leads."""
        if not self._done(what, party, do):
            return False
        assert (agreed.state, party) in MAY[what], f"{party} did {what} while it was {agreed.state}"
        agreed.state = MAY[what][agreed.state, party]
        return True

    def work(self) -> None:
        """Workers make all papers that are owed."""
        with self.acting():
            owed = (queries.papers_owed(), queries.certificates_owed(), end_queries.end_papers_owed())
        with self.app.app_context():
            for make, keys in zip((offering.make_paper, certifying.make_paper, ending.make_paper), owed, strict=True):
                for code, key in keys:
                    assert make(code, key, 60)
        for agreed in self.known.values():
            if agreed.state == "preparing":
                agreed.state = "offered"

    def go_on(self) -> None:
        """What is offered goes one step further, as both want it."""
        waits = self.open_one
        if waits is not None and waits.state == "preparing":
            self.work()
        elif waits is not None:
            self.decide("approve", MUNICIPALITY if waits.state == "offered" else DRC)

    # What must hold

    def hold(self) -> None:
        """Each state is the model's, periods never overlap, and the scope of any day is that of the agreement in force."""
        with self.acting():
            rows = {row.id: row for row in db.session.query(Agreement)}
            told = {row.number: (row.state, row.ends_on, self.known[key]) for key, row in rows.items()}
            for number, (state, ends, known) in told.items():
                assert (state, ends) == (known.state, known.ends), f"{number} is {state} until {ends}, and not {known}"
            assert rows.keys() == self.known.keys()
            courses = queries.courses(list(rows.values()))
            found = sorted(periods.history(EMPTY), key=lambda each: each.valid_from)
            assert all(one.valid_to <= following.valid_from for one, following in pairwise(found)), "periods overlap"
            for day in sorted(
                {day for each in self.concluded for day in (each.starts - DAY, each.starts, each.ends, each.ends + DAY)}
            ):
                runs = self.runs_on(day)
                within = [each for each in found if each.valid_from <= day < each.valid_to]
                assert [(each.agreement_id, each.stored_scope) for each in within] == (
                    [(runs.id, runs.takes)] if runs else []
                ), f"the scope of {day} is another"
                stands = {key: validity(course, day) for key, course in courses.items()}
                assert [key for key, one in stands.items() if one and one.stage is ValidityStage.IN_FORCE] == (
                    [runs.id] if runs else []
                ), f"another is said to be in force on {day}"

    def filed(self) -> None:
        """Once workers have worked, there is a paper of each agreement, of both approvals, and of each end."""
        self.work()
        with self.acting():
            rows = {row.id: row for row in db.session.query(Agreement)}
            certificates = queries.certificates(list(rows.values()))
            for agreed in self.concluded:
                row = rows[agreed.id]
                ends = [each for each in end_queries.ends(row) if each.state == EndState.FINAL]
                of_ends = [each.document_id for each in ends]
                mine = [row.document_id, *of_ends]
                if not agreed.on_paper:
                    certificate = certificates.get(agreed.id)
                    mine.append(certificate.document_id if certificate else None)
                assert None not in mine, f"a paper of {row.number} is missing"
                assert len({papers.document(key).number for key in mine if key}) == len(mine)
                assert bool(ends) is (agreed.state != "concluded")


def term(starts: dt.date, months: int, number: int) -> Scope:
    """A light scope of so many months, told from others by its purpose."""
    ends = month_after(first_of(starts), months) - DAY
    weekly = AgreedActivity("homework_help", "Skolen", Frequency(1, Every.WEEK), starts, ends)
    days = {"starts_on": starts, "ends_on": ends, "activities": (weekly,), "notice_months": NOTICE_MONTHS}
    return scope(starts, f"nr. {number}", Level.COORDINATED, targets=(), payment=Payment(), **days)


def agreed_of(row: Agreement) -> Agreed:
    """An agreement that has just begun, as the model has it."""
    return Agreed(row.id, row.state, row.starts_on, row.ends_on, dict(row.stored_scope), bool(row.amends_id))


def set_on(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock in the place of the service's own, wherever that is asked; papers are not laid out, and scans not looked through."""
    clock, real = Clock(), database.now
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ("service", "tenants") and getattr(module, "now", None) is real:
            monkeypatch.setattr(module, "now", clock)
    monkeypatch.setattr(making, "render", lambda page: (f"%PDF-1.7 {page.document_number}".encode(), "1"))
    monkeypatch.setattr(making, "sealer", lambda: PaperSealer(None, None))
    monkeypatch.setattr(scans, "look_through", lambda _content: 1)
    return clock
