"""Who gives lines to the Monday list. One entry in `GIVERS` is one more kind of line.

A giver is one SELECT of the same four columns, within the reach: municipality_code, day, subject, note (`service.monday.lines`), and
its kind is put beside them. All givers are asked in one query (`service.monday.queries`), so that a list of many kinds costs what a
list of one does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import lazy_gettext as _l

from service.agreements.rules import State
from service.capacity.texts import counted
from service.catalogue.rules import Kind
from service.drift.rules import Finding
from service.duties.rules import Side
from service.duties.texts import title
from service.monday import lines
from service.monday.rules import Group, Line
from service.rounds import texts as rounds
from tenants.calendar import month_before
from tenants.scope import Capability


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
    lines: Callable[[dt.date], lines.Lines]
    title: Any  # of the kind, where its lines stand together
    says: Callable[[Line, Words], Any]
    does: Any  # what the link of a line says
    endpoint: str
    address: Callable[[Line], dict[str, Any]]  # what the endpoint's address holds


def _plain(text: Any) -> Callable[[Line, Words], Any]:
    """A sentence that needs nothing but the line's day."""
    return lambda line, _words: text % {"day": format_date(line.day, "long")}


def _here(line: Line) -> dict[str, Any]:
    return {"municipality_code": line.municipality_code}


def _nothing(_line: Line) -> dict[str, Any]:
    return {}


def _alone(name: str) -> Callable[[Line], dict[str, Any]]:
    return lambda line: {name: line.subject}


def _this(name: str) -> Callable[[Line], dict[str, Any]]:
    return lambda line: {"municipality_code": line.municipality_code, name: line.subject}


def _says_month(line: Line, _words: Words) -> Any:
    return _l("The statement for %(month)s failed", month=line.note)


def _says_duty(line: Line, _words: Words) -> Any:
    kind, _colon, written = line.note.partition(":")
    return title(kind, written)


def _says_activity(text: Any) -> Callable[[Line, Words], Any]:
    return lambda line, words: text % {"activity": words.activity(line.note)}


def _says_target(line: Line, words: Words) -> Any:
    measure, _colon, kind = line.note.partition(":")
    what = words.measures[measure]["en" if words.language == "en" else "da"] if measure in words.measures else measure
    return f"{what}, {words.activity(kind)}" if kind else what


def _says_capability(line: Line, words: Words) -> Any:
    return words.capabilities[Capability(line.note)]


def _says_counted(text: Any) -> Callable[[Line, Words], Any]:
    def says(line: Line, _words: Words) -> Any:
        kind, _colon, number = line.note.rpartition(":")
        return text % {"what": counted(kind, int(number)), "day": format_date(line.day, "long")}

    return says


def _says_set_aside(line: Line, _words: Words) -> Any:
    step, _colon, cause = line.note.partition(":")
    return rounds.said(step, cause)


def _says_checkin(line: Line, _words: Words) -> Any:
    month = format_date(month_before(line.day), "MMMM y")
    return _l("%(group)s has not answered for %(month)s", group=line.note, month=month)


GIVERS: tuple[Giver, ...] = (
    Giver(
        "set_aside",
        Group.FAILED,
        1,
        lines.set_aside,
        _l("Set aside"),
        _says_set_aside,
        _l("See why and try again"),
        "rounds.listing",
        _nothing,
    ),
    Giver(
        "failed_statements",
        Group.FAILED,
        1,
        lines.failed_statements,
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
        lines.failed_agreements,
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
        lines.failed_drift_papers,
        _l("Papers for meetings that could not be made"),
        _plain(_l("The paper asked for on %(day)s could not be made")),
        _l("See why and try again"),
        "monday.stuck_work",
        _nothing,
    ),
    Giver(
        "failed_posters",
        Group.FAILED,
        5,
        lines.failed_posters,
        _l("Posters that could not be made"),
        _plain(_l("The poster asked for on %(day)s could not be made")),
        _l("See why and try again"),
        "monday.stuck_work",
        _nothing,
    ),
    Giver(
        "accepted",
        Group.WAITS,
        2,
        lambda _today: lines.agreements(State.ACCEPTED),
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
        lambda _today: lines.agreements(State.DECLINED),
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
        lambda _today: lines.agreements(State.OFFERED),
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
        lines.waiting_shares,
        _l("Groups and networks that await the municipality"),
        lambda line, _words: _l("%(title)s, offered on %(day)s", title=line.note, day=format_date(line.day, "long")),
        _l("See the offer"),
        "shares.share",
        _this("share_id"),
    ),
    Giver(
        "failed_checkins",
        Group.FAILED,
        2,
        lines.failed_checkins,
        _l("Check-ins that could not be recorded"),
        lambda line, _words: line.note,
        _l("See why"),
        "checkins.by_phone",
        _this("checkin_id"),
    ),
    Giver(
        "failed_declarations",
        Group.FAILED,
        3,
        lines.failed_declarations,
        _l("Declarations whose PDF could not be made"),
        lambda line, _words: line.note,
        _l("See why and try again"),
        "monday.stuck_work",
        _nothing,
    ),
    Giver(
        "failed_mails",
        Group.FAILED,
        3,
        lines.failed_mails,
        _l("Mails that did not reach whom they are for"),
        lambda line, _words: ngettext("%(num)s mail", "%(num)s mails", int(line.note)),
        _l("See why and try again"),
        "monday.stuck_work",
        _nothing,
    ),
    Giver(
        "moves_to_answer",
        Group.WAITS,
        2,
        lines.moves_to_answer,
        _l("Capacity that others ask for"),
        _says_counted(_l("Another consultant asks for %(what)s, since %(day)s")),
        _l("Say yes or no"),
        "needs.move",
        _alone("move_id"),
    ),
    Giver(
        "needs",
        Group.WAITS,
        3,
        lines.unanswered_needs,
        _l("Needs that nobody has answered"),
        _says_counted(_l("Lacks %(what)s, has waited since %(day)s")),
        _l("Answer the need"),
        "needs.need",
        _this("need_id"),
    ),
    Giver(
        "moves_to_give_back",
        Group.WAITS,
        6,
        lines.moves_to_give_back,
        _l("Capacity to give back"),
        _says_counted(_l("The need is withdrawn, %(what)s can be given back")),
        _l("Give it back"),
        "needs.move",
        _alone("move_id"),
    ),
    Giver(
        "moves_proposed",
        Group.WAITS,
        8,
        lines.moves_proposed,
        _l("Capacity that you have asked for"),
        _says_counted(_l("%(what)s proposed on %(day)s, awaits the other consultant")),
        _l("See the proposal"),
        "needs.move",
        _alone("move_id"),
    ),
    Giver(
        "certificates",
        Group.MISSING,
        3,
        lines.due_certificates,
        _l("Child certificates"),
        lambda line, _words: ngettext(
            "%(num)s child certificate is missing or expires soon",
            "%(num)s child certificates are missing or expire soon",
            int(line.note),
        ),
        _l("See which"),
        "certificates.due",
        _alone("kommune"),
    ),
    Giver(
        "checkins",
        Group.MISSING,
        5,
        lines.unanswered_checkins,
        _l("Check-ins that nobody has answered"),
        _says_checkin,
        _l("Fill in by phone"),
        "checkins.by_phone",
        _this("checkin_id"),
    ),
    Giver(
        "cooperation",
        Group.MISSING,
        6,
        lines.without_cooperation,
        _l("Groups without a valid cooperation agreement"),
        lambda line, _words: line.note,
        _l("Note the agreement"),
        "cooperation.group",
        _alone("group_id"),
    ),
    Giver(
        "declarations",
        Group.MISSING,
        7,
        lines.unconfirmed_declarations,
        _l("Declarations that a group has not confirmed"),
        lambda line, _words: line.note,
        _l("See the declarations"),
        "declarations.overview",
        _nothing,
    ),
    Giver(
        "duties_drc",
        Group.DUE,
        4,
        lines.overdue(Side.DRC, Side.BOTH),
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
        lines.overdue(Side.MUNICIPALITY),
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
        lines.endings,
        _l("Agreements that end within 90 days"),
        _plain(_l("The agreement ends on %(day)s, nothing follows")),
        _l("Draft a new agreement"),
        "partnerships.draft",
        _here,
    ),
    Giver(
        "cooperation_ends",
        Group.ENDS,
        6,
        lines.ending_cooperation,
        _l("Cooperation agreements that end within 90 days"),
        lambda line, _words: _l("%(group)s, on %(day)s", group=line.note, day=format_date(line.day, "long")),
        _l("See the agreement"),
        "cooperation.group",
        _alone("group_id"),
    ),
    Giver(
        "not_running",
        Group.LAGS,
        6,
        lines.drift(Finding.NEVER_RAN, Finding.STOPPED),
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
        lines.drift(Finding.BEHIND),
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
        lines.drift(Finding.OUTSIDE),
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
        lines.drift(Finding.UNUSED),
        _l("What is open and not used"),
        _says_capability,
        _l("See the status"),
        "drift.municipality",
        _here,
    ),
)
BY_KIND: Mapping[str, Giver] = {giver.kind: giver for giver in GIVERS}
