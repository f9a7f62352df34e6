"""Months as chance has them, in two municipalities that share some sessions: closed by the service's own rules, and answered by its API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from service.activity.activities import engine
from service.activity.activities.picture import MonthHeld, Part, alike
from service.activity.activities.rules import Counts, MonthTotals, parts_of
from service.activity.activities.sessions_api import answer_of
from service.reporting.declarations import rules as declarations
from service.reporting.recruitment import rules as recruitment
from tests.attack.attacker import Meeting, Reading

HERE, THERE = "0550", "0580"
MONTH = dt.date(2026, 10, 1)
TYPES = ("homework_help", "job_club", "language_cafe", "mentor")
LENGTHS = (45, 60, 90, 120, 150, 180)


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it was held in a municipality, or in both."""

    activity_type: str
    minutes: int
    counts: Counts
    codes: tuple[str, ...]
    by: dict[str, tuple[int, int]] | None  # adults and children by municipality, where they were counted
    name: str


def sessions(chance: Random) -> list[Session]:
    """The sessions of a month: few of a type, with few at each, as small counts are what it is about."""
    found: list[Session] = []
    for codes in ((HERE,), (THERE,), (HERE, THERE)):
        for kind in chance.sample(TYPES, chance.randint(0 if len(codes) == 2 else 1, 3)):
            lengths, asks = chance.sample(LENGTHS, chance.choice((1, 1, 2))), chance.random() < 0.5
            found += [
                _session(chance, kind, chance.choice(lengths), codes, asks, f"{codes} {kind} {number}")
                for number in range(chance.randint(1, 4))
            ]
    return found


def _session(chance: Random, kind: str, minutes: int, codes: tuple[str, ...], asks: bool, name: str) -> Session:
    adults, children, volunteers = (chance.choice((0, *range(most))) for most in (16, 8, 10))
    by = None
    if len(codes) == 2 and chance.random() < 0.2:
        first = (chance.randint(0, adults), chance.randint(0, children))
        by = {codes[0]: first, codes[1]: (adults - first[0], children - first[1])}
    women = chance.randint(0, adults) if asks else None
    men = chance.randint(0, adults - (women or 0)) if asks else None
    new = chance.randint(0, adults + children)
    counts = Counts(volunteers, volunteers * minutes, adults, children, women, men, new)
    return Session(kind, minutes, counts, codes, by, name)


def _held(code: str, parts: Sequence[tuple[Session, Counts]]) -> MonthHeld:
    """A municipality's month of these parts, added up as the service does."""
    rows = []
    for kind in sorted({each.activity_type for each, _counts in parts}):
        mine = [(each, counts) for each, counts in parts if each.activity_type == kind]
        own = [counts for each, counts in mine if len(each.codes) == 1]
        asked = [counts for counts in own if counts.women is not None]
        rows.append(
            MonthTotals(
                MONTH,
                kind,
                sessions=len(mine),
                shared=len(mine) - len(own),
                attendances=sum(counts.adults + counts.children for _each, counts in mine),
                adults=sum(counts.adults for _each, counts in mine),
                children=sum(counts.children for _each, counts in mine),
                volunteer_attendances=sum(counts.volunteers for _each, counts in mine),
                volunteer_minutes=sum(counts.volunteer_minutes for _each, counts in mine),
                new_faces=sum(counts.new_faces for counts in own),
                women=sum(counts.women or 0 for counts in asked) if asked else None,
                men=sum(counts.men or 0 for counts in asked) if asked else None,
            )
        )
    sessions = [
        Part(
            each.activity_type,
            each.codes,
            counts.volunteers,
            counts.volunteer_minutes,
            each.minutes,
            each.counts.volunteers,
        )
        for each, counts in parts
    ]
    return MonthHeld(MONTH, rows, alike(sessions), code)


def readings(chance: Random) -> list[Reading]:
    """What both are told of a month."""
    by_code: dict[str, list[tuple[Session, Counts]]] = {HERE: [], THERE: []}
    for each in sessions(chance):
        for code, part in parts_of(each.counts, each.codes, each.by).items():
            by_code[code].append((each, part))
    held = {code: _held(code, parts) for code, parts in by_code.items()}
    return [_reading(code, parts, held) for code, parts in by_code.items()]


def _reading(code: str, parts: Sequence[tuple[Session, Counts]], held: Mapping[str, MonthHeld]) -> Reading:
    neighbours = [each for other, each in held.items() if other != code]
    disclosed = engine.disclosed(held[code], (), neighbours)
    shown = engine.figures(MONTH, held[code].rows, disclosed)
    calendar = [
        Meeting(each.activity_type, each.minutes, each.name if len(each.codes) == 2 else "", each.by is not None)
        for each, _part in parts
    ]
    return Reading(code, answer_of(code, shown), calendar)


def volunteers(chance: Random) -> tuple[list[dict[str, Any]], list[int | None]]:
    """What is told of volunteers: thirteen months of recruitment, and the declarations of the last day of them."""
    months, there = [], chance.randint(0, 20)
    for _month in range(13):
        left = chance.choice((0, chance.randint(0, there)))
        came = chance.choice((0, 0, chance.randint(0, 9)))
        there += came - left
        told = recruitment.shown(recruitment.Movement(there, came, left))
        months.append({"volunteers": told.volunteers, "came": told.came, "left": told.left})
    numbers = [chance.randint(1, max(there, 1)) for _group in range(chance.randint(0, 3))]
    return months, _declared(months[-1]["volunteers"], numbers)


def _declared(there: int | None, numbers: Sequence[int]) -> list[int | None]:
    groups = {UUID(int=number): count for number, count in enumerate(numbers)}
    told = {key: count for key, count in groups.items() if count >= 5}
    kept = declarations.unnumbered(there, told) if there is not None else frozenset()
    return [declarations.stated([None] * count, numbered=key not in kept)["holders"] for key, count in groups.items()]
