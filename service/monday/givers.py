"""Who gives lines to the Monday list. One entry in `GIVERS` is one more kind of line.

A giver is one SELECT of the same five columns, within the reach: municipality_code, day, subject, note, and its kind is put before
them. All givers are asked in one query (`service.monday.queries`), so a list of many kinds costs what a list of one does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from sqlalchemy import Date, Select, String, cast, func, literal, select
from sqlalchemy.orm import aliased

from service.agreements.models import Agreement
from service.agreements.rules import State
from service.catalogue.rules import Kind
from service.drift.models import DriftFinding, DriftPaper
from service.drift.rules import Finding
from service.duties import queries as duties
from service.duties.models import OwedDuty
from service.duties.rules import Side
from service.monday.rules import Group, Line
from service.shares.models import Share
from service.shares.rules import ShareState
from service.statements.models import Statement
from service.work import leases
from tenants.models import ScopePeriod
from tenants.scope import Capability

Lines = Select[str, dt.date, str, str]
ENDS_WITHIN = dt.timedelta(days=90)
PATIENCE = dt.timedelta(days=14)  # so long an offer waits before it is a line
DENMARK = "Europe/Copenhagen"


@dataclass(frozen=True, slots=True)
class Words:
    """What the sentences of lines are put together with."""

    kinds: Mapping[str, Kind]
    measures: Mapping[str, Mapping[str, str]]
    capabilities: Mapping[Capability, Any]
    language: str

    def activity(self, code: str) -> str:
        """An activity type's name."""
        return self.kinds[code].name(self.language) if code in self.kinds else code


@dataclass(frozen=True, slots=True)
class Giver:
    """One kind of line: its place in the list, where it comes from, how it is said and what one does about it."""

    kind: str
    group: Group
    urgency: int  # 1 stops others, 9 can wait
    lines: Callable[[dt.date], Lines]
    title: Any  # of the kind, where its lines stand together
    says: Callable[[Line, Words], Any]
    does: Any  # what the link of a line says
    endpoint: str
    address: Callable[[Line], dict[str, Any]]  # what the endpoint's address holds


def _four(code: Any, day: Any, subject: Any, note: Any) -> Lines:
    return select(
        cast(code, String).label("municipality_code"),
        cast(day, Date).label("day"),
        cast(subject, String).label("subject"),
        cast(note, String).label("note"),
    )


def _danish_day(moment: Any) -> Any:
    return cast(func.timezone(DENMARK, moment), Date)


def _plain(text: Any) -> Callable[[Line, Words], Any]:
    """A sentence that needs nothing but the line's day."""
    return lambda line, _words: text % {"day": format_date(line.day, "d. MMMM y")}


def _here(line: Line) -> dict[str, Any]:
    return {"municipality_code": line.municipality_code}


def _this(name: str) -> Callable[[Line], dict[str, Any]]:
    return lambda line: {"municipality_code": line.municipality_code, name: line.subject}


# Statements and papers


def _failed_statements(_today: dt.date) -> Lines:
    month = func.to_char(Statement.month, "YYYY-MM")
    asked = _four(Statement.municipality_code, _danish_day(Statement.asked_at), month, month)
    return asked.where(Statement.work_state == leases.FAILED)


def _failed_agreements(_today: dt.date) -> Lines:
    made = _four(Agreement.municipality_code, _danish_day(Agreement.created_at), Agreement.id, Agreement.number)
    return made.where(Agreement.work_state == leases.FAILED, Agreement.state == State.PREPARING)


def _failed_drift_papers(_today: dt.date) -> Lines:
    asked = _four(DriftPaper.municipality_code, DriftPaper.issued_on, DriftPaper.id, DriftPaper.number)
    return asked.where(DriftPaper.work_state == leases.FAILED)


# Agreements


def _agreements(state: State) -> Lines:
    """The agreements in a state that no later one has taken the place of."""
    later = aliased(Agreement)
    newer = select(later.id).where(
        later.municipality_code == Agreement.municipality_code, later.created_at > Agreement.created_at
    )
    made = _four(Agreement.municipality_code, _danish_day(Agreement.created_at), Agreement.id, Agreement.number)
    return made.where(Agreement.state == state, ~newer.exists())


def _endings(today: dt.date) -> Lines:
    """The partnerships that end within 90 days and that nothing follows or is about to."""
    underway = select(Agreement.id).where(
        Agreement.municipality_code == ScopePeriod.municipality_code,
        Agreement.state.in_((State.PREPARING, State.OFFERED, State.ACCEPTED)),
    )
    last = func.max(ScopePeriod.valid_to)
    ends = _four(ScopePeriod.municipality_code, last - 1, ScopePeriod.municipality_code, literal(""))
    return (
        ends.where(ScopePeriod.valid_to > today, ~underway.exists())
        .group_by(ScopePeriod.municipality_code)
        .having(last <= today + ENDS_WITHIN)
    )


# Shares, duties, drift


def _waiting_shares(today: dt.date) -> Lines:
    offered = _danish_day(Share.offered_at)
    waiting = _four(Share.municipality_code, offered, Share.id, Share.title)
    return waiting.where(Share.state == ShareState.OFFERED, offered <= today - PATIENCE)


def _overdue(*sides: Side) -> Callable[[dt.date], Lines]:
    def lines(today: dt.date) -> Lines:
        late = _four(OwedDuty.municipality_code, OwedDuty.due_on, OwedDuty.id, OwedDuty.title)
        return late.where(*duties.overdue_ones(today), OwedDuty.side.in_(sides))

    return lines


def _drift(*kinds: Finding) -> Callable[[dt.date], Lines]:
    def lines(_today: dt.date) -> Lines:
        found = _four(DriftFinding.municipality_code, DriftFinding.found_on, DriftFinding.id, DriftFinding.subject)
        return found.where(DriftFinding.kind.in_(kinds))

    return lines


def _says_month(line: Line, _words: Words) -> Any:
    return _l("The statement for %(month)s failed", month=line.note)


def _says_duty(line: Line, _words: Words) -> Any:
    words = line.note.removeprefix("at ")
    return f"{words[:1].upper()}{words[1:]}"


def _says_activity(text: Any) -> Callable[[Line, Words], Any]:
    return lambda line, words: text % {"activity": words.activity(line.note)}


def _says_target(line: Line, words: Words) -> Any:
    measure, _colon, kind = line.note.partition(":")
    what = words.measures[measure]["en" if words.language == "en" else "da"] if measure in words.measures else measure
    return f"{what}, {words.activity(kind)}" if kind else what


def _says_capability(line: Line, words: Words) -> Any:
    return words.capabilities[Capability(line.note)]


GIVERS: tuple[Giver, ...] = (
    Giver(
        "failed_statements",
        Group.FAILED,
        1,
        _failed_statements,
        _l("Statements that failed"),
        _says_month,
        _l("See why and try again"),
        "statements.run",
        lambda line: {"month": line.subject},
    ),
    Giver(
        "failed_agreements",
        Group.FAILED,
        1,
        _failed_agreements,
        _l("Agreements whose PDF could not be made"),
        _plain(_l("The PDF of the agreement offered on %(day)s could not be made")),
        _l("See why"),
        "agreements.agreement",
        _this("agreement_id"),
    ),
    Giver(
        "failed_papers",
        Group.FAILED,
        4,
        _failed_drift_papers,
        _l("Papers for meetings that could not be made"),
        _plain(_l("The paper asked for on %(day)s could not be made")),
        _l("See why"),
        "drift.municipality",
        _here,
    ),
    Giver(
        "accepted",
        Group.WAITS,
        2,
        lambda _today: _agreements(State.ACCEPTED),
        _l("Agreements that await DRC"),
        _plain(_l("The municipality has approved, DRC has yet to. Offered on %(day)s")),
        _l("Read and approve"),
        "agreements.agreement",
        _this("agreement_id"),
    ),
    Giver(
        "declined",
        Group.WAITS,
        3,
        lambda _today: _agreements(State.DECLINED),
        _l("Agreements that were declined"),
        _plain(_l("The municipality has declined what was offered on %(day)s")),
        _l("Read why"),
        "agreements.agreement",
        _this("agreement_id"),
    ),
    Giver(
        "offered",
        Group.WAITS,
        6,
        lambda _today: _agreements(State.OFFERED),
        _l("Agreements that await the municipality"),
        _plain(_l("Offered on %(day)s, awaits the municipality")),
        _l("See the agreement"),
        "agreements.agreement",
        _this("agreement_id"),
    ),
    Giver(
        "shares",
        Group.WAITS,
        7,
        _waiting_shares,
        _l("Groups and networks that await the municipality"),
        lambda line, _words: _l(
            "%(title)s, offered on %(day)s", title=line.note, day=format_date(line.day, "d. MMMM y")
        ),
        _l("See the offer"),
        "shares.share",
        _this("share_id"),
    ),
    Giver(
        "duties_drc",
        Group.DUE,
        4,
        _overdue(Side.DRC, Side.BOTH),
        _l("What DRC has promised, overdue"),
        _says_duty,
        _l("Mark as done"),
        "duties.duty",
        _this("duty_id"),
    ),
    Giver(
        "duties_municipality",
        Group.DUE,
        6,
        _overdue(Side.MUNICIPALITY),
        _l("What the municipality has promised, overdue"),
        _says_duty,
        _l("See the promise"),
        "duties.duty",
        _this("duty_id"),
    ),
    Giver(
        "endings",
        Group.ENDS,
        4,
        _endings,
        _l("Agreements that end within 90 days"),
        _plain(_l("The agreement ends on %(day)s, nothing follows")),
        _l("Draft a new agreement"),
        "partnerships.draft",
        _here,
    ),
    Giver(
        "not_running",
        Group.LAGS,
        6,
        _drift(Finding.NEVER_RAN, Finding.STOPPED),
        _l("Agreed activities that do not run"),
        _says_activity(_l("%(activity)s is agreed and is not held")),
        _l("See the status"),
        "drift.municipality",
        _here,
    ),
    Giver(
        "behind",
        Group.LAGS,
        7,
        _drift(Finding.BEHIND),
        _l("Targets that are behind"),
        _says_target,
        _l("See the status"),
        "drift.municipality",
        _here,
    ),
    Giver(
        "outside",
        Group.LAGS,
        8,
        _drift(Finding.OUTSIDE),
        _l("Activities outside the agreement"),
        _says_activity(_l("%(activity)s is held and is not agreed")),
        _l("See the status"),
        "drift.municipality",
        _here,
    ),
    Giver(
        "unused",
        Group.LAGS,
        9,
        _drift(Finding.UNUSED),
        _l("What is open and not used"),
        _says_capability,
        _l("See the status"),
        "drift.municipality",
        _here,
    ),
)
BY_KIND: Mapping[str, Giver] = {giver.kind: giver for giver in GIVERS}
