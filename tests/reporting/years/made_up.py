"""A year that is made up, of a municipality that has everything: what the papers of it are made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from service.activity.activities.disclosure import month_figures
from service.activity.activities.rules import MonthTotals
from service.partnership.catalogue import files
from service.partnership.duties.rules import DutyKind, DutySide, DutyStanding, Owed
from service.platform.ledger.rules import Head
from service.reporting.statements import progress
from service.reporting.statements.rules import ScopePart
from service.reporting.years.kinds import KINDS, YearKind
from service.reporting.years.rules import YearMonth
from service.reporting.years.told import YearTold
from tenants.calendar import month_after
from tenants.scope import (
    AgreedActivity,
    Every,
    Frequency,
    Instalment,
    LegalBasis,
    Level,
    Payment,
    Scope,
    Target,
    YearAmount,
)
from tests.support.terms import running
from tests.support.world import scope

YEAR = 2025
FIRST, LAST = dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31)
MONTHS = tuple(dt.date(YEAR, number, 1) for number in range(1, 13))
MINUTES = {"homework_help": 60, "language_cafe": 120, "network_family": 90}
Counts = Mapping[str, tuple[int, int]]  # by activity type: participants and volunteers


def agreed() -> Scope:
    """What was agreed: activities by week, month and quarter, targets, and a grant in two instalments."""
    weekly, quarterly = Frequency(1, Every.WEEK), Frequency(1, Every.QUARTER)
    activities = (
        AgreedActivity("homework_help", "Biblioteket", weekly, FIRST, LAST, children_under_15=True),
        AgreedActivity(
            "language_cafe", "Kulturhuset", Frequency(2, Every.MONTH), FIRST, LAST, "Samtale, ikke undervisning."
        ),
        AgreedActivity("network_family", "Hele kommunen", quarterly, FIRST, LAST),
    )
    targets = (
        Target("attendances", 600, YEAR),
        Target("volunteer_attendances", 300, YEAR),
        Target("attendances", 500, YEAR, "homework_help"),
    )
    instalments = tuple(Instalment(dt.date(YEAR, month, 1), 15_000_000) for month in (2, 8))
    payment = Payment(LegalBasis.SECTION_18, (YearAmount(YEAR, 30_000_000),), instalments, "5798009811578")
    return replace(
        scope(FIRST, "prøve", Level.INTEGRATED, starts_on=FIRST, ends_on=LAST, activities=activities, targets=targets),
        payment=payment,
        case_number="2025-4711",
        kle_number="27.03.00",
    )


def month(which: dt.date, counts: Counts, times: int = 4, *, opened: bool = True) -> YearMonth:
    """A month as it was told, of what was counted in it."""
    held = [
        MonthTotals(
            which,
            kind,
            times,
            1,
            people,
            helpers,
            MINUTES[kind] * helpers,
            adults=people,
            children=0,
            new_faces=people // 2,
        )
        for kind, (people, helpers) in counts.items()
    ]
    return YearMonth(month_figures(which, held), opened, f"0580-{YEAR}-{which.month:04d}")


COUNTED: Counts = {"homework_help": (44, 14), "language_cafe": (21, 12)}
FEW: Counts = {"homework_help": (44, 14), "language_cafe": (3, 12)}


def year() -> list[YearMonth]:
    """Twelve months; in the third a few alone came to the café."""
    return [month(each, FEW if each.month == 3 else COUNTED) for each in MONTHS]


def told(kind: YearKind = YearKind.STATUS, months: Sequence[YearMonth] | None = None, **other: Any) -> YearTold:
    """What a paper of the year is made from."""
    months = year() if months is None else months
    meeting = Owed(dt.date(YEAR, 6, 30), DutySide.BOTH, DutyKind.MEETING, "at holde statusmøde")
    rooms = Owed(dt.date(YEAR, 9, 1), DutySide.MUNICIPALITY, DutyKind.WRITTEN, "at stille et lokale til rådighed")
    evaluation = Owed(dt.date(YEAR, 11, 1), DutySide.BOTH, DutyKind.EVALUATION, "at evaluere samarbejdet")
    given: dict[str, Any] = {
        "kind": kind,
        "official_name": "Prøve Kommune",
        "first": FIRST,
        "last": MONTHS[-1],
        "due_on": KINDS[kind].due(MONTHS[-1]),
        "issued_on": dt.date(YEAR + 1, 1, 9),
        "months": months,
        "unclosed": (),
        "parts": [ScopePart(agreed(), FIRST, month_after(MONTHS[-1]), f"0580-{YEAR}-0001")],
        "running": [running(agreed())],
        "aims": [(YEAR, aim) for aim in progress.aims(agreed(), [each.figures for each in months if each.opened])],
        "duties": [
            (meeting, DutyStanding.DONE, dt.date(YEAR, 6, 24), ""),
            (rooms, DutyStanding.MISSED, None, ""),
            (evaluation, DutyStanding.DONE, dt.date(YEAR, 10, 30), "Begge parter vil fortsætte, med færre cafeer."),
        ],
        "earmarks": ["Dokumentation: 12.500 kr. af 40.000 kr. er brugt pr. 31. december 2025"],
        "kinds": {kind.code: kind for kind in files.kinds().values()},
        "measures": files.measures(),
        "outcomes": files.outcomes(),
        "ledger": Head(12, "3f2a" * 16),
        "log": None,
        "fewest_shown": 5,
    }
    return YearTold(**{**given, **other})
