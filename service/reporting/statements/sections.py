"""The parts of a statement as plain JSON values: what each says, in Danish as it is printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from service.activity.activities.disclosure import MonthFigures
from service.activity.activities.measures import MONTHLY
from service.activity.activities.texts import WHY_DA
from service.network.needs.rules import OVER, Said, wait
from service.partnership.agreements.running import RunningAgreement
from service.partnership.catalogue.rules import CatalogueType
from service.partnership.catalogue.texts import LEVELS_DA
from service.platform.documents.formats import MONTHS, antal, dato, opremsning, tal
from service.reporting.statements.progress import Aim, KeptPromise, PromiseProgress
from service.reporting.statements.rules import ScopePart, promises
from service.reporting.statements.texts import NEEDS_DA, PROGRESS_DA, SPANS_DA
from tenants.calendar import month_after
from tenants.scope import Capability, Every

Json = dict[str, Any]
Kinds = Mapping[str, CatalogueType]
Whys = Mapping[str, Mapping[str, int]]  # by activity type: how often it was cancelled, by why
A_DAY = dt.timedelta(days=1)
ALL_ACTIVITIES = "Alle aktiviteter"


def opened(parts: Sequence[ScopePart], capability: Capability) -> bool:
    """Whether a scope that was in force in the month opens something to the municipality."""
    return any(part.scope.allows(capability) for part in parts)


def promised(
    kept: Sequence[KeptPromise],
    aims: Sequence[Aim],
    overdue: Sequence[Json],
    done: Sequence[Json],
    month: dt.date,
    whys: Whys,
    kinds: Kinds,
    measures: Mapping[str, Mapping[str, str]],
) -> list[Json]:
    """Each promise and how far it has come, the worst first: activities, targets, and what the parties owed and owe."""
    found = [
        *((each.progress, _part(each.held, each.expected), _of_activity(each, whys, kinds)) for each in kept),
        *(
            (each.progress, _part(each.reached, each.expected), _of_target(each, month, kinds, measures))
            for each in aims
        ),
        *((PromiseProgress.BEHIND, 1000, _of_duty(each, f"Fristen var {dato(each['on'])}.")) for each in overdue),
        *((PromiseProgress.DONE, 1000, _of_duty(each, f"Gjort {dato(each['on'])}.")) for each in done),
    ]
    order = list(PromiseProgress)
    found.sort(key=lambda each: (order.index(each[0]), each[1]))
    return [{"progress": how.value, "how": PROGRESS_DA[how], **told} for how, _share, told in found]


def _part(reached: int, expected: int) -> int:
    """How much of what should have been reached is, of a thousand: by it those that are behind are put in order."""
    return reached * 1000 // expected if expected else 1000


def _of_activity(each: KeptPromise, whys: Whys, kinds: Kinds) -> Json:
    return {
        "what": kinds[each.activity_type].da,
        "where": opremsning(each.places),
        "agreed": each.whole,
        "reached": each.held,
        "at_least": False,
        "why": why_held(each, whys.get(each.activity_type, {})),
    }


def why_held(each: KeptPromise, whys: Mapping[str, int]) -> str:
    """Why an activity stands as it does: what was held, what was cancelled and why, and what nobody has told of."""
    if each.held > each.whole:
        return f"Holdt som aftalt, og {antal(each.held - each.whole, 'gang', 'gange')} mere."
    if each.held == each.whole:
        return "Holdt som aftalt."
    said = []
    if each.span is not Every.MONTH:
        said.append(f"Aftalt for {SPANS_DA[each.span]}.")
        if each.progress is PromiseProgress.ON_TRACK:
            return f"{said[0]} Der er tid endnu."
        said.append(f"Nu skulle {tal(each.expected)} være holdt.")
    if each.cancelled:
        told = whys if sum(whys.values()) == each.cancelled else {}  # what came later, or from a neighbour, is not told
        reasons = [WHY_DA[why] for why in WHY_DA if told.get(why)]
        said.append(f"{antal(each.cancelled, 'gang', 'gange')} aflyst{': ' if reasons else ''}{opremsning(reasons)}.")
    untold = each.expected - each.held - each.cancelled
    if untold > 0:
        said.append(f"Der er ikke registreret noget om {antal(untold, 'gang', 'gange')}.")
    return " ".join(said)


def _of_target(aim: Aim, month: dt.date, kinds: Kinds, measures: Mapping[str, Mapping[str, str]]) -> Json:
    of = f"i {kinds[aim.activity_type].da.lower()}" if aim.activity_type else "i alt"
    return {
        "what": f"Mål {month.year}: {measures[aim.measure]['da'].lower()} {of}",
        "where": "",
        "agreed": aim.target,
        "reached": aim.reached,
        "at_least": aim.at_least,
        "why": why_aimed(aim, month),
    }


def why_aimed(aim: Aim, month: dt.date) -> str:
    """Why a target stands as it does: where it should be by now."""
    if aim.progress is PromiseProgress.DONE:
        return "Målet for året er nået."
    said = f"Ved udgangen af {MONTHS[month.month - 1]} skulle {tal(aim.expected)} være nået."
    return f"{said} Tal er skjult, så det kan være nået." if aim.progress is PromiseProgress.UNKNOWN else said


def _of_duty(told: Json, why: str) -> Json:
    return {
        "what": f"{told['who']}: {told['what']}",
        "where": "",
        "agreed": None,
        "reached": None,
        "at_least": False,
        "why": why,
    }


def in_short(rows: Sequence[Json]) -> str:
    """How many promises stand how, in a sentence; empty where none was made."""
    counts = [(sum(row["progress"] == how for row in rows), PROGRESS_DA[how]) for how in PromiseProgress]
    told = [f"{tal(count)} {word}" for count, word in counts if count]
    return f"{antal(len(rows), 'løfte', 'løfter')}: {opremsning(told)}." if told else ""


def scopes(parts: Sequence[ScopePart], kinds: Kinds) -> list[Json]:
    """What each of the scopes of a month agreed, where there was more than one."""
    if len(parts) < 2:
        return []
    return [
        {
            "first": part.first.isoformat(),
            "last": (part.after - A_DAY).isoformat(),
            "agreement": part.agreement,
            "level": LEVELS_DA[part.scope.level][0],
            "activity": kinds[each.activity_type].da,
            "places": opremsning(each.places),
            "agreed": each.times,
        }
        for part in parts
        for each in promises([part])
    ]


def effects(now: MonthFigures, kinds: Kinds, outcomes: Mapping[str, Mapping[str, str]]) -> list[Json]:
    """What the month's activities work for. An activity works for several effects; of attendances only what is shown is summed."""
    found = []
    for code, names in outcomes.items():
        types = [kind for kind in now.sessions_by_type if code in kinds[kind].outcomes and now.sessions_by_type[kind]]
        shown = [now.attendances_by_type.get(kind) for kind in types]
        found.append(
            {
                "effect": names["da"],
                "activities": [kinds[kind].da for kind in types],
                "held": sum(now.sessions_by_type[kind] for kind in types),
                "attendances": sum(count for count in shown if count is not None),
                "at_least": None in shown,
            }
        )
    return found


def needs(said: Sequence[Said], month: dt.date, issued_on: dt.date, kinds: Kinds) -> list[Json]:
    """What the municipality has said that it lacks and still waits for, or has waited for until this month; the longest wait first."""
    told = [each for each in said if each.state not in OVER or (each.over_on and each.over_on >= month)]
    return [
        {
            "what": kinds[each.kind].da,
            "number": each.number,
            "lacking": each.lacking,
            "said_on": each.said_on.isoformat(),
            "waited": wait(each, issued_on),
            "how": NEEDS_DA[each.state],
        }
        for each in sorted(told, key=lambda each: (each.said_on, each.id))
    ]


def agreed_next(running: Sequence[RunningAgreement], issued_on: dt.date, kinds: Kinds) -> str:
    """What is agreed for the month of issue, in a sentence; empty where nothing is."""
    first, after = issued_on.replace(day=1), month_after(issued_on)
    parts = [ScopePart(each.scope, max(first, each.first), min(after, each.last + A_DAY)) for each in running]
    told = [
        f"{kinds[each.activity_type].da.lower()} "
        f"{'efter aftale' if each.times is None else antal(each.times, 'gang', 'gange')}"
        for each in promises([part for part in parts if part.first < part.after])
    ]
    return f"I {MONTHS[first.month - 1]} er aftalt: {opremsning(told)}." if told else ""


def payments(running: Sequence[RunningAgreement], issued_on: dt.date) -> list[Json]:
    """The instalments of the year of issue by the agreements that run. What was paid is known to the municipality's books alone."""
    due = sorted(
        (each.due_on, each.ore)
        for agreement in running
        for each in agreement.payments.stand
        if each.due_on.year == issued_on.year and each.due_on >= agreement.first
    )
    return [
        {"due_on": day.isoformat(), "ore": ore, "how": "forfaldet" if day <= issued_on else "forfalder"}
        for day, ore in due
    ]


def hidden(months: Sequence[MonthFigures], names: Mapping[str, int | None], kinds: Kinds) -> list[str]:
    """What is kept back of the last month, by name, and in how many months before attendances are. `names` are its key figures."""
    now = months[-1]
    found = [name.lower() for name, value in names.items() if value is None]
    types = [kinds[kind].da for kind, value in now.attendances_by_type.items() if value is None]
    if types:
        found.append(f"fremmøder i {opremsning(types).lower()}")
    found += [MONTHLY[code].name_da.lower() for code, value in now.who.items() if value is None]
    before = sum(each.attendances is None for each in months[:-1])
    if before:
        found.append(f"fremmøder i {antal(before, 'tidligere måned', 'tidligere måneder')}")
    return found
