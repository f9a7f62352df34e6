"""The attacker of volunteers: by all months of recruitment, what is told of twelve of them, and what groups declare of a December."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.attack.attacker import MANY, Json, Puzzle, total

YEAR = 12
Declared = Mapping[str, Sequence[Json]]  # by the month, as 2026-12, at whose end it is


def told(months: Sequence[Json], declared: Declared) -> dict[str, int]:
    """The small counts that are certain: of a month, of twelve, of two in a row, and of whoever is no part of what is declared."""
    puzzle, sought = Puzzle(), dict[str, Any]()
    came, left = ([puzzle.unknown(f"{name} earlier {n}") for n in range(YEAR - 1)] for name in ("came", "left"))
    before = puzzle.unknown("before")
    for place, month in enumerate(months):
        which = month["month"]
        now, new, gone, stayed = (
            puzzle.unknown(f"{name} {which}") for name in ("volunteers", "came", "left", "stayed")
        )
        puzzle.certain(now == stayed + new)
        puzzle.certain(before == stayed + gone)
        for name, what in (("volunteers", now), ("came", new), ("left", gone)):
            if month[name] is not None:
                puzzle.certain(what == month[name])
            elif name == "volunteers":
                puzzle.certain(what >= 1)
                puzzle.certain(what <= 4)
            sought[f"{name} {which}"] = what
        sought[f"stayed {which}"] = stayed
        for name, all_of_them, one in (("came", came, new), ("left", left, gone)):
            all_of_them.append(one)
            sought |= {f"{name} in {n} months to {which}": total(all_of_them[-n:]) for n in (2, YEAR)}
            if month[f"{name}_in_year_most"] is not None:
                puzzle.certain(total(all_of_them[-YEAR:]) >= month[f"{name}_in_year_least"])
                puzzle.certain(total(all_of_them[-YEAR:]) <= month[f"{name}_in_year_most"])
                in_it = zip(
                    all_of_them[-YEAR:],
                    [None] * (YEAR - place - 1) + [each[name] for each in months[: place + 1]][-YEAR:],
                    strict=True,
                )
                rest = total(one for one, number in in_it if number is None)
                sought[f"{name} in the rest of the year to {which}"] = rest
        sought |= _declared(puzzle, now, declared.get(which, ()), which)
        before = now
    return puzzle.small(sought)


def _declared(puzzle: Puzzle, there: Any, declared: Sequence[Json], which: str) -> dict[str, Any]:
    """They are some of the volunteers, or some volunteers rest: whichever it is, the difference is persons."""
    sought = {}
    for name in ("holders", "verified"):
        given = [each[name] for each in declared if each[name] is not None]
        for what, numbers in [*((f"{name} of {each}", [each]) for each in given), (f"all {name}", given)]:
            if numbers:
                rest = puzzle.unknown(f"rest {what} {which}", -MANY)
                puzzle.certain(there - rest == sum(numbers))
                sought[f"beside {what}"], sought[f"more than {what}"] = rest, -1.0 * rest
    return sought
