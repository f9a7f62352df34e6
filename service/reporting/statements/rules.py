"""What a statement says of a month. Plain values in, plain values out, in Danish as it is printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.activity.activities.disclosure import MonthFigures
from service.activity.activities.measures import MONTHLY
from service.partnership.agreements.running import RunningAgreement
from service.partnership.agreements.validity import End
from service.partnership.catalogue.rules import CatalogueType
from service.partnership.duties.rules import DutyKind, DutySide, Owed
from service.platform.documents.formats import MONTHS, dato, kroner, opremsning, tal
from service.reporting.statements.accounts import GRANT_REPORT, STATUS, Account
from tenants.calendar import month_after
from tenants.scope import Instalment, LegalBasis, Scope


@dataclass(frozen=True, slots=True)
class ScopePart:
    """A scope and the part of the month it was in force: from `first` to the day before `after`. `agreement` is the number it stands by."""

    scope: Scope
    first: dt.date
    after: dt.date
    agreement: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a target of a year has come that is not counted from sessions. `at_least`: a small count is kept back.

    Not `known`: nothing was counted or told yet.
    """

    number: int
    at_least: bool = False
    known: bool = True


NOT_YET = Reached(0, at_least=True, known=False)


@dataclass(frozen=True, slots=True)
class Promise:
    """An activity type as agreed in a month: where, and how many times; None where the promise is by quarter or year."""

    activity_type: str
    places: tuple[str, ...]
    times: int | None


def promises(parts: Sequence[ScopePart]) -> list[Promise]:
    """What was promised in a month, by activity type in the order of the agreement."""
    places: dict[str, list[str]] = {}
    times: dict[str, int | None] = {}
    for part in parts:
        for activity in part.scope.activities:
            count = activity.promised(part.first, part.after)
            if count == 0:
                continue
            kind = activity.activity_type
            before = times.get(kind, 0)
            times[kind] = None if count is None or before is None else before + count
            if activity.place not in places.setdefault(kind, []):
                places[kind].append(activity.place)
    return [Promise(kind, tuple(found), times[kind]) for kind, found in places.items()]


def kept(now: MonthFigures, promised: Sequence[Promise]) -> tuple[int, int]:
    """How many of the agreed times were held in a month, and how many were agreed; what is held beyond that counts in neither."""
    counted = {promise.activity_type: promise.times for promise in promised if promise.times is not None}
    held = sum(min(now.sessions_by_type.get(kind, 0), times) for kind, times in counted.items())
    return held, sum(counted.values())


def lead(now: MonthFigures, before: MonthFigures, promised: Sequence[Promise], *, persons: bool = True) -> str:
    """A sentence or two that answer "how did it go?"; without `persons` of the times alone, where the agreement opens no figures."""
    name, earlier = MONTHS[now.month.month - 1], MONTHS[before.month.month - 1]
    held, due = kept(now, promised)
    if now.sessions == 0:
        first = f"I {name} er der ikke registreret nogen afholdte aktiviteter" + (
            f", selv om {tal(due)} gange var aftalt." if due else "."
        )
    elif not due:
        first = f"I {name} blev der holdt aktiviteter {tal(now.sessions)} {_gange(now.sessions)}."
    elif held >= due:
        first = f"I {name} blev alle {tal(due)} aftalte gange holdt."
    else:
        first = f"I {name} blev {tal(held)} af {tal(due)} aftalte gange holdt."
    if not persons or now.attendances == 0:
        return first
    if now.attendances is None:
        return f"{first} Antallet af fremmøder vises ikke, så ingen kan genkendes."
    if before.attendances is None:
        return f"{first} Der var {tal(now.attendances)} fremmøder."
    change = now.attendances - before.attendances
    if change == 0:
        return f"{first} Der var {tal(now.attendances)} fremmøder, lige så mange som i {earlier}."
    more = "flere" if change > 0 else "færre"
    return f"{first} Der var {tal(now.attendances)} fremmøder, {tal(abs(change))} {more} end i {earlier}."


def beyond(now: MonthFigures, promised: Sequence[Promise]) -> str:
    """Why more was held than the agreed times that were kept, where the lead tells of those; empty where it is the same."""
    held, due = kept(now, promised)
    more = now.sessions - held
    if not due or not more:
        return ""
    return (
        f"Der blev holdt {tal(now.sessions)} {_gange(now.sessions)} i alt: {tal(held)} af de {tal(due)} aftalte og {tal(more)} ud over "
        "dem: flere gange end lovet i en aktivitet eller gange i aktiviteter uden et aftalt antal for måneden."
    )


def counts_text(everything: bool) -> str:
    """Which activities the figures count."""
    if everything:
        return "Tallene omfatter alle gruppers aktiviteter i kommunen, både de aftalte og andre."
    return (
        "Tallene omfatter kun de aftalte aktiviteter. Er der andre aktiviteter i kommunen, giver aftalen ikke adgang til deres tal, "
        "og de er ikke talt med."
    )


def shared_text(count: int) -> str:
    """The rule by which sessions that served other municipalities as well are counted; empty where there were none."""
    if not count:
        return ""
    return (
        f"{tal(count)} {_gange(count)} var også for andre kommuner og tæller her som holdt, med denne kommunes del af tallene. "
        "Deltagerne er talt efter deres kommune, når gruppen har talt sådan, og ellers delt ligeligt. Frivillige og deres timer er "
        "delt ligeligt. Delene er hele tal, der tilsammen giver det hele, så på landsplan tælles ingen to gange. "
        "Kvinder og mænd, nye deltagere, matchpar og ventende er kun talt de gange, der alene var for denne kommune."
    )


_TABLES = {
    "volunteer_hours": "frivilligtimerne",
    "attendances": "fremmøder",
    "volunteer_attendances": "frivilliges fremmøder",
}


def followed_text(names: Sequence[str], kinds: Mapping[str, CatalogueType], fewest_shown: int) -> str:
    """What of a month is kept back though it is not small itself, and why; empty where nothing is. See `engine.kept_back`."""
    if not names:
        return ""
    said = []
    for name in names:
        table, _of, part = name.partition(":")
        if table == "who":
            said.append(f"»{MONTHLY[part].name_da}«")
        else:
            said.append(f"{_TABLES[table]} i {kinds[part].da.lower()}" if part else _TABLES[table])
    return (
        f"Desuden er udeladt: {opremsning(said)}. "
        f"Ud fra dem, kalenderen og de andre tal kunne man regne et antal fra 1 til {fewest_shown - 1} ud."
    )


def _gange(count: int) -> str:
    return "gang" if count == 1 else "gange"


def due(running: Sequence[RunningAgreement], issued_on: dt.date) -> tuple[list[Instalment], Instalment | None]:
    """The instalments that fall due in the month of issue, and the next one after it, of what is in force from then on."""
    first, after = issued_on.replace(day=1), month_after(issued_on)
    standing = [i for each in running for i in each.payments.stand if i.due_on >= each.first]
    now = [i for i in standing if first <= i.due_on < after]
    later = sorted((i for i in standing if i.due_on >= after), key=lambda i: i.due_on)
    return now, later[0] if later else None


def papers_owed(each: RunningAgreement, year: int) -> list[tuple[dt.date, Account]]:
    """The accounts that are owed in a year of what was in force in the year before, with their days: of that year, and of a grant by
    section 18.
    """
    if not each.first.year < year <= each.last.year + 1:
        return []
    granted = each.scope.payment.legal_basis is LegalBasis.SECTION_18
    return [(account.due(year), account) for account in ((STATUS, GRANT_REPORT) if granted else (STATUS,))]


def ahead(running: Sequence[RunningAgreement], issued_on: dt.date) -> list[tuple[dt.date, str]]:
    """What is next within half a year, in order: what is due by the agreements that run, and the year's duties."""
    until = month_after(issued_on, 6)
    found: set[tuple[dt.date, str]] = set()
    for each in running:
        mine = [(i.due_on, f"Rate på {kroner(i.ore)} forfalder") for i in each.payments.stand]
        if each.scope.evaluation_on:
            mine.append((each.scope.evaluation_on, "Senest nu evaluerer parterne samarbejdet"))
        mine.append((each.last, _end(each)))
        found.update(item for item in mine if each.first <= item[0] <= each.last)
        for year in (issued_on.year, issued_on.year + 1):
            found.update((day, account.text) for day, account in papers_owed(each, year))
    return sorted(item for item in found if issued_on < item[0] < until)


_ENDS = {
    End.TERM: "Aftalen udløber",
    End.NOTICE: "Aftalen er opsagt og slutter",
    End.AGREED: "Aftalen slutter før tid",
    End.BREACH: "Aftalen er ophævet og slutter",
}


def _end(running: RunningAgreement) -> str:
    """What happens on the last day of an agreement, and why."""
    found = running.validity
    if found and found.successor and running.goes_on:
        return f"Dagen efter ændres aftalen ved tillæg {found.successor.number}"
    if found and found.successor:
        return f"Aftalen slutter. Dagen efter afløses den af {found.successor.number}"
    return _ENDS[found.end] if found else _ENDS[End.TERM]


def early_end(running: RunningAgreement) -> str:
    """What becomes of the payments where an agreement ends before its term; empty where it does not, or where nothing was to be paid."""
    fallen, evened = running.payments.fallen, running.payments.evened
    if (not fallen and evened is None) or running.goes_on:
        return ""
    said = [f"Aftalen slutter {dato(running.last)}, før den periode, der er aftalt, er gået."]
    if fallen:
        said.append(f"Rater på i alt {kroner(sum(each.ore for each in fallen))} efter den dag falder bort.")
    if running.validity and running.validity.successor:
        said.append("I stedet gælder raterne i den aftale, der afløser den.")
    if evened is not None:
        who = "Kommunen betaler" if evened.ore > 0 else "DRC betaler"
        back = "" if evened.ore > 0 else " tilbage"
        said.append(f"Årets rater deles efter dage: {who} {kroner(abs(evened.ore))}{back}.")
    return " ".join(said)


MOST_DUTIES = 6  # of each kind: the statement is two pages, and the whole list is on the page of the duties
SIDES_DA = {DutySide.MUNICIPALITY: "Kommunen", DutySide.DRC: "DRC", DutySide.BOTH: "Begge parter"}


def duties(undone: Sequence[Owed], issued_on: dt.date) -> dict[str, Any]:
    """What both sides owe: what is overdue, the oldest first, what is due in the month of issue, and how many there was no room for."""
    after = month_after(issued_on)
    late = [one for one in undone if one.due_on < issued_on]
    # The evaluation stands among what is ahead, half a year before.
    soon = [one for one in undone if issued_on <= one.due_on < after and one.kind is not DutyKind.EVALUATION]
    return {
        "overdue": [_duty(one) for one in late[:MOST_DUTIES]],
        "due": [_duty(one) for one in soon[:MOST_DUTIES]],
        "more": max(0, len(late) - MOST_DUTIES) + max(0, len(soon) - MOST_DUTIES),
    }


def done(told: Sequence[tuple[dt.date, Owed]]) -> list[dict[str, str]]:
    """What was done, and on which day."""
    return [_duty(one) | {"on": day.isoformat()} for day, one in told]


def _duty(one: Owed) -> dict[str, str]:
    return {"who": SIDES_DA[one.side], "what": one.title, "on": one.due_on.isoformat()}


def chart_text(months: Sequence[MonthFigures]) -> str:
    """The chart in words, for who does not see it."""
    shown = [
        f"{MONTHS[m.month.month - 1]} {m.month.year}: {'vises ikke' if m.attendances is None else tal(m.attendances)}"
        for m in months
    ]
    return f"Søjlediagram over fremmøder de seneste 13 måneder. {'; '.join(shown)}."


def owed_months(today: dt.date, back: int = 3) -> list[dt.date]:
    """The months that must have statements by now: the one before this, and the recent past that may need repair."""
    return [month_after(today, -n) for n in range(back, 0, -1)]
