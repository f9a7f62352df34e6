"""Months as chance has them, in two municipalities that share some sessions: closed by the service's own rules, and answered by its API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from uuid import UUID

from service.activity.activities import anew, engine
from service.activity.activities.picture import MonthHeld, Part, alike
from service.activity.activities.rules import Counts, MonthTotals, parts_of
from service.activity.activities.sessions_api import answer_of
from service.reporting.declarations import rules as declarations
from service.reporting.recruitment import operations as recruiting
from service.reporting.recruitment import program
from service.reporting.recruitment import rules as recruitment
from tenants.calendar import month_after
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
    parts, held = _months(sessions(chance))
    return [_reading(code, mine, held) for code, mine in parts.items()]


def _reading(code: str, parts: Sequence[tuple[Session, Counts]], held: Mapping[str, MonthHeld]) -> Reading:
    neighbours = [each for other, each in held.items() if other != code]
    disclosed = engine.disclosed(held[code], (), neighbours)
    shown = engine.figures(MONTH, held[code].rows, disclosed)
    return Reading(code, answer_of(code, shown), _calendar(parts))


def editions(chance: Random) -> list[list[Reading]]:
    """What both are told of a month when it is closed, and each time that something has come late to it."""
    recorded = sessions(chance)
    parts, held = _months(recorded)
    told = {
        code: [anew.Telling(mine, engine.kept_back(mine, (), [held[other]]))]
        for code, other, mine in ((HERE, THERE, held[HERE]), (THERE, HERE, held[THERE]))
    }
    times = [[_told(code, parts[code], told[code][-1]) for code in (HERE, THERE)]]
    for number in range(1, chance.randint(2, 4)):
        recorded = _late(chance, recorded, number)
        parts, held = _months(recorded)
        for code, other in chance.sample([(HERE, THERE), (THERE, HERE)], 2):
            found = anew.told_anew(told[code], held[code].rows, held[code].sessions, [told[other]])
            told[code] += [found] if found else []
        times.append([_told(code, parts[code], told[code][-1]) for code in (HERE, THERE)])
    return times


Parts = dict[str, list[tuple[Session, Counts]]]


def _months(recorded: Sequence[Session]) -> tuple[Parts, dict[str, MonthHeld]]:
    parts: Parts = {HERE: [], THERE: []}
    for each in recorded:
        for code, part in parts_of(each.counts, each.codes, each.by).items():
            parts[code].append((each, part))
    return parts, {code: _held(code, mine) for code, mine in parts.items()}


def _late(chance: Random, recorded: Sequence[Session], number: int) -> list[Session]:
    """The sessions after some of them were counted anew, one was taken away or some were added."""
    found = list(recorded)
    for place in chance.sample(range(len(found)), min(len(found), chance.randint(0, 2))):
        each = found[place]
        name = f"{each.name} again {number}"
        found[place] = _session(
            chance, each.activity_type, each.minutes, each.codes, each.counts.women is not None, name
        )
    more = sessions(chance)
    found += [replace(each, name=f"{each.name} late {number}") for each in chance.sample(more, chance.randint(0, 3))]
    return found


def _told(code: str, parts: Sequence[tuple[Session, Counts]], told: anew.Telling) -> Reading:
    shown = engine.figures_of(told.held, told.kept_back)
    return Reading(code, answer_of(code, shown), _calendar(parts))


def _calendar(parts: Sequence[tuple[Session, Counts]]) -> list[Meeting]:
    return [
        Meeting(
            each.activity_type, each.minutes, each.name if len(each.codes) == 2 else "", each.name, each.by is not None
        )
        for each, _part in parts
    ]


def volunteers(chance: Random) -> tuple[list[dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    """What is told of volunteers: thirteen months of recruitment, and the declarations of a day in them."""
    movements, there = [], chance.choice((0, chance.randint(0, 20)))
    for _month in range(24):
        left = chance.choice((0, 0, chance.randint(0, there)))
        came = chance.choice((0, 0, chance.randint(0, 9)))
        there += came - left
        movements.append(recruitment.Movement(there, came, left))
    told: list[program.ToldMonth] = []
    for place in range(12, 25):
        month = month_after(MONTH, place)
        told.append(program.told(month, movements[place - 12 : place], told))
    day = chance.randrange(13)
    numbers = [chance.randint(1, max(movements[11 + day].volunteers, 1)) for _group in range(chance.randint(0, 3))]
    declared = _declared(chance, told[day].volunteers, numbers)
    return [_month_told(each) for each in told], {f"{told[day].month:%Y-%m}": declared}


def _month_told(told: program.ToldMonth) -> dict[str, Any]:
    """As the API answers it."""
    return {**recruiting.columns(told), "month": f"{told.month:%Y-%m}"}


def _declared(chance: Random, there: int | None, numbers: Sequence[int]) -> list[dict[str, Any]]:
    groups = {UUID(int=number): count for number, count in enumerate(numbers)}
    told = {key: count for key, count in groups.items() if count >= 5}
    kept = declarations.unnumbered(there, told) if there is not None else frozenset()
    days = {key: [MONTH if chance.random() < 0.8 else None for _each in range(count)] for key, count in groups.items()}
    return [declarations.stated(days[key], numbered=key not in kept) for key in groups]
