"""When late entries ask for a new edition of a statement, what differs between two, and how either is told. Plain values in and out,
in Danish as it is printed.

Small changes are told in the next statement, large ones in a new edition. Both are told of figures as they may be shown, so that
nothing is told here that `service.activity.activities.retelling` has not let be told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from service.activity.activities.disclosure import MonthFigures
from service.activity.activities.lateness import Through
from service.platform.documents.formats import MONTHS, maaned, tal
from service.platform.documents.paper import Paper, Table

LARGE = 10  # in a hundred of a figure: a change of more is large
LEAST = {
    "sessions": 5
}  # and of less than this none is, times; of other figures 25: one late session of a small café is told in passing
LEAST_OF_OTHERS = 25
PATIENCE = dt.timedelta(days=7)  # so long a consultant may say why; then the new edition is made by itself
FIRST: Mapping[str, Any] = {
    "edition": None,
    "late": [],
    "pictures": {},
}  # what a statement says of editions where it has nothing to say
PERSONS = ("attendances", "volunteer_attendances", "volunteer_hours")
KEYS = {
    "sessions": ("afholdt gang", "afholdte gange"),
    "cancelled": ("aflyst gang", "aflyste gange"),
    "attendances": ("fremmøde", "fremmøder"),
    "volunteer_attendances": ("frivilliges fremmøde", "frivilliges fremmøder"),
    "volunteer_hours": ("frivilligtime", "frivilligtimer"),
}


@dataclass(frozen=True, slots=True)
class TargetMoved:
    """A target, and what of it was reached as it was told, and as it is now."""

    target: int
    told: int
    now: int


def asks_for_edition(
    told: MonthFigures, now: MonthFigures, targets: Iterable[TargetMoved] = (), *, persons: bool = True
) -> bool:
    """Whether a month has moved so far from what its statement told that there should be a new edition: a figure by much, or a target
    that is reached now and was not, or the other way. `persons`: whether a scope of the month opened figures of persons.
    """
    pairs = ((name, told.of(name), now.of(name)) for name in ("sessions", *(PERSONS if persons else ())))
    much = any(_much(name, was, is_now) for name, was, is_now in pairs)
    return much or any((each.told >= each.target) != (each.now >= each.target) for each in targets)


def _much(name: str, told: int | None, now: int | None) -> bool:
    if told is None or now is None:
        return False
    moved = abs(now - told)
    return moved >= LEAST.get(name, LEAST_OF_OTHERS) and moved * 100 > told * LARGE


def how(through: Through) -> str:
    """Through what a month was moved: "indberettet sent af én gruppe og rettet af DRC"."""
    groups = "én gruppe" if through.groups == 1 else f"{tal(through.groups)} grupper"
    said = [f"indberettet sent af {groups}"] if through.groups else []
    return " og ".join([*said, "rettet af DRC"] if through.corrected or not said else said)


def late(told: MonthFigures, now: MonthFigures, through: Through, *, persons: bool = True) -> str:
    """A month that late entries have moved since it was told last, in a sentence of the next statement.

    Where nothing of it may be told yet, that something came is told without a number. Where no scope opened figures of persons, only how
    often something was held or cancelled is told, and nothing where that is as it was.
    """
    moved = [
        f"{'+' if change > 0 else '−'}{tal(abs(change))} {words[abs(change) != 1]}"
        for name, words in KEYS.items()
        if persons or name not in PERSONS
        if (change := _change(getattr(told, name), getattr(now, name)))
    ]
    month = f"{MONTHS[now.month.month - 1].capitalize()} {now.month.year}"
    if moved:
        return f"{month}: {', '.join(moved)}, {how(through)}."
    if not persons:
        return ""
    if told != now:
        which = "tallene for, hvem der kom," if told.who != now.who else "andre af månedens tal"
        return f"{month}: {which} har ændret sig, {how(through)}."
    return f"{month}: {how(through)}. Ændringen er for lille til, at et tal kan vises."


def _change(told: int | None, now: int | None) -> int:
    return 0 if told is None or now is None else now - told


def lines(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The lines that differ between the frozen facts of two editions: what it is, as it was, as it is, and the difference.

    A count that is kept back is None, and so is a difference to it.
    """
    was, is_now = dict(_figures(before)), dict(_figures(after))
    return [
        {"what": what, "old": old, "new": new, "difference": None if old is None or new is None else new - old}
        for what in dict.fromkeys((*is_now, *was))
        if (old := was.get(what, 0)) != (new := is_now.get(what, 0))
    ]


def _figures(facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key in (*facts["keys"], *facts["who"]):
        yield key["what"], key["value"]
    for activity in (*facts["activities"], *facts["beside"]):
        yield f"{activity['name']}: holdt", activity["held"]
        yield f"{activity['name']}: aflyst", activity["cancelled"]
        if "attendances" in activity:  # not where no scope opened figures
            yield f"{activity['name']}: fremmøder", activity["attendances"]
    for target in facts["targets"]:
        yield f"Årets mål, {target['what'].lower()}, {target['activity'].lower()}: nået", target["reached"]


def edition(
    number: int,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    former: tuple[str, dt.date],
    reason: str,
    through: Through,
) -> dict[str, Any]:
    """What a new edition says of itself: which paper it takes the place of, why, and what differs."""
    return {
        "number": number,
        "former": {"number": former[0], "issued_on": former[1].isoformat()},
        "reason": reason,
        "how": how(through),
        "lines": lines(before, after),
    }


def as_edition(page: Paper) -> Paper:
    """The paper as its edition: with its number in the title, the paper that it takes the place of, and what it tells as tables."""
    told, months = page.facts["edition"], page.facts["late"]
    tables = list(page.tables)
    if months:
        tables.append(Table("sene", ("Ændringer i tidligere måneder",), tuple((each,) for each in months)))
    if told is None:
        return replace(page, tables=tuple(tables))
    tables.append(Table("udgave", ("Tal", "Tidligere", "Nu", "Forskel"), tuple(_row(line) for line in told["lines"])))
    name = f"udgave {told['number']}"
    return replace(
        page,
        title=f"{page.title}, {name}",
        subject=f"{page.subject}, {name}",
        revision=told["number"],
        supersedes=told["former"]["number"],
        tables=tuple(tables),
    )


def _row(line: Mapping[str, Any]) -> tuple[int | str, ...]:
    return (line["what"], *("*" if line[name] is None else line[name] for name in ("old", "new", "difference")))


def mail(municipality: str, month: dt.date, told: Mapping[str, Any] | None) -> tuple[str, str]:
    """The subject of the mail about a statement, and what it says: of a new edition, what it takes the place of and why."""
    name = maaned(month)
    if told is None:
        return f"Månedsopgørelse for {name}", f"Månedsopgørelsen for {municipality}, {name}, er klar."
    why = f" Begrundelse: {told['reason']}" if told["reason"] else f" Grunden er, at tal er {told['how']}."
    said = (
        f"Månedsopgørelsen for {municipality}, {name}, er kommet i udgave {told['number']}. Den afløser dokument "
        f"{told['former']['number']}, som bliver, som det er.{why} Første side viser, hvad der er ændret."
    )
    return f"Ny udgave af månedsopgørelsen for {name}", said
