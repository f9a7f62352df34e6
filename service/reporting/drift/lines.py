"""What has drifted, and papers that could not be made, as lines of the Monday list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l

from service.platform.lines import Line, LineGroup, Lines, TaskSource, Words, four, here, nowhere, plain
from service.platform.work import leases
from service.reporting.drift.models import DriftFinding, DriftPaper
from service.reporting.drift.rules import Finding
from tenants.scope import Capability


def failed(_today: dt.date) -> Lines:
    """The papers for meetings that could not be made."""
    asked = four(DriftPaper.municipality_code, DriftPaper.issued_on, DriftPaper.id, DriftPaper.number)
    return asked.where(DriftPaper.work_state == leases.FAILED)


def drifted(*kinds: Finding) -> Callable[[dt.date], Lines]:
    """What has drifted in those ways."""

    def lines(_today: dt.date) -> Lines:
        found = four(DriftFinding.municipality_code, DriftFinding.found_on, DriftFinding.id, DriftFinding.subject)
        return found.where(DriftFinding.kind.in_(kinds))

    return lines


def _says_activity(text: Any) -> Callable[[Line, Words], Any]:
    return lambda line, words: text % {"activity": words.activity(line.note)}


def _says_target(line: Line, words: Words) -> Any:
    measure, _colon, kind = line.note.partition(":")
    what = words.measure(measure)
    return f"{what}, {words.activity(kind)}" if kind else what


def _says_capability(line: Line, words: Words) -> Any:
    return words.capability(Capability(line.note))


LINES = (
    TaskSource(
        "failed_papers",
        LineGroup.FAILED,
        4,
        failed,
        _l("Papers for meetings that could not be made"),
        plain(_l("The paper asked for on %(day)s could not be made")),
        _l("See why and try again"),
        "monday.stuck_work",
        nowhere,
    ),
    TaskSource(
        "not_running",
        LineGroup.LAGS,
        6,
        drifted(Finding.NEVER_RAN, Finding.STOPPED),
        _l("Agreed activities that do not run"),
        _says_activity(_l("%(activity)s is agreed and is not held")),
        _l("See the status"),
        "drift.municipality",
        here,
    ),
    TaskSource(
        "behind",
        LineGroup.LAGS,
        7,
        drifted(Finding.BEHIND),
        _l("Targets that are behind"),
        _says_target,
        _l("See the status"),
        "drift.municipality",
        here,
    ),
    TaskSource(
        "outside",
        LineGroup.LAGS,
        8,
        drifted(Finding.OUTSIDE),
        _l("Activities outside the agreement"),
        _says_activity(_l("%(activity)s is held and is not agreed")),
        _l("See the status"),
        "drift.municipality",
        here,
    ),
    TaskSource(
        "unused",
        LineGroup.LAGS,
        9,
        drifted(Finding.UNUSED),
        _l("What is open and not used"),
        _says_capability,
        _l("See the status"),
        "drift.municipality",
        here,
    ),
)
