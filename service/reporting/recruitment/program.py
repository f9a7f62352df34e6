"""What may be told of how volunteers come and go, asked of one integer program over all that a municipality was ever told of them.

A month's movements are small, so single months show little; those of twelve months together tell more. But a sum of twelve months less
the sum that was told a month before is a difference of two months, volunteers at two ends tell what came less what left, and a month
that is told takes its part out of the sum. So nothing is told before it is asked whether a small count follows from it, from what was
told before, and from what adds up to what: is there another world that looks the same (`worlds`)? Plain values in and out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from service.activity.activities.disclosure import fewest
from service.activity.activities.worlds import Fact, Undecided, equal, pinned, possible
from service.reporting.recruitment.rules import Movement, shown
from tenants.calendar import months_back

YEAR = 12
STEPS = (5, 10)  # how wide the ranges are, where the number itself may not be told


@dataclass(frozen=True, slots=True)
class Range:
    """A number of persons as it is told: it is from `least` to `most`. The number itself where these are one."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class ToldMonth:
    """What is told of a month, at its end and of the twelve months up to it; None is not told."""

    month: dt.date
    volunteers: int | None
    came: int | None = None
    left: int | None = None
    came_in_year: Range | None = None
    left_in_year: Range | None = None


def told(month: dt.date, movements: Sequence[Movement], before: Sequence[ToldMonth]) -> ToldMonth:
    """What may be told of a month, beside all that was told before: the most of it first.

    `movements` are those of the twelve months, this one last. What the fixed rules keep back of the month stays so.
    """
    found = next(each for each in _candidates(month, movements) if not each.came_in_year and each.came is None)
    return next((each for each in _candidates(month, movements) if not tells([*before, each])), found)


def _candidates(month: dt.date, movements: Sequence[Movement]) -> Iterator[ToldMonth]:
    fixed = shown(movements[-1])
    came, left = (sum(getattr(each, name) for each in movements) for name in ("came", "left"))
    ends = ToldMonth(month, fixed.volunteers)
    whole = replace(ends, came=fixed.came, left=fixed.left)
    years = [(_around(came, step), _around(left, step)) for step in STEPS]
    if all(count == 0 or count >= fewest() for count in (came, left)):
        years.insert(0, (Range(came, came), Range(left, left)))
    of_month = [whole, ends] if fixed.came is not None else [ends]
    for each in of_month:
        for came_in_year, left_in_year in years:
            yield replace(each, came_in_year=came_in_year, left_in_year=left_in_year)
    yield from of_month


def _around(count: int, step: int) -> Range:
    least = count // step * step
    return Range(least, least + step - 1)


def tells(every: Sequence[ToldMonth]) -> bool:
    """Whether a small count follows from all of that, by month; also where it cannot be found out, or does not add up."""
    puzzle = _Puzzle(every)
    world = possible(puzzle.names, puzzle.known, puzzle.nobodys)
    if world is None:
        return True
    small = [name for name in puzzle.names if 0 < world[name] < fewest() and name not in puzzle.nobodys]
    try:
        return bool(pinned(world, puzzle.known, small, puzzle.nobodys))
    except Undecided:
        return True


class _Puzzle:
    """The counts of all months from the first that is told of, by name, and what is known of them."""

    def __init__(self, every: Sequence[ToldMonth]) -> None:
        self.names: dict[str, None] = {}
        self.known: list[Fact] = []
        self.nobodys: set[str] = set()
        by_month = {each.month: each for each in every}
        last = max(by_month)
        months = list(months_back(last, _apart(min(by_month), last) + YEAR))
        for before, month in zip([None, *months], months, strict=False):
            self._adds_up(before, month, by_month)
        for place, month in enumerate(months):
            if (each := by_month.get(month)) is not None:
                self._month(each)
                self._year(each, months[place - YEAR + 1 : place + 1], by_month)

    def _name(self, name: str) -> str:
        self.names[name] = None
        return name

    def _adds_up(self, before: dt.date | None, month: dt.date, by_month: Mapping[dt.date, ToldMonth]) -> None:
        """Those at the end are those who stayed and those who came; those before are those who stayed and those who left."""
        volunteers, came, left, stayed = (
            self._name(f"{which} {month}") for which in ("volunteers", "came", "left", "stayed")
        )
        self.known.append(equal({volunteers: 1, came: -1, stayed: -1}))
        if before is None:
            return
        link = {f"volunteers {before}": 1, left: -1, stayed: -1}
        if _recorded_late(by_month.get(before), by_month.get(month)):
            late = self._name(f"recorded late in {month}")
            self.nobodys.add(late)
            link[late] = 1
        self.known.append(equal(link))

    def _month(self, each: ToldMonth) -> None:
        volunteers = f"volunteers {each.month}"
        few = Fact({volunteers: 1}, 1, fewest() - 1)  # the rule that the page prints
        self.known.append(few if each.volunteers is None else equal({volunteers: 1}, each.volunteers))
        for name in ("came", "left"):
            if (count := getattr(each, name)) is not None:
                self.known.append(equal({f"{name} {each.month}": 1}, count))

    def _year(self, each: ToldMonth, months: Sequence[dt.date], by_month: Mapping[dt.date, ToldMonth]) -> None:
        for name in ("came", "left"):
            within: Range | None = getattr(each, f"{name}_in_year")
            if within is None:
                continue
            whole = self._name(f"{name} in the year to {each.month}")
            rest = self._name(f"{name} in the year to {each.month}, less what is told")
            untold = [month for month in months if (row := by_month.get(month)) is None or getattr(row, name) is None]
            self.known += [
                equal({whole: -1} | {f"{name} {month}": 1 for month in months}),
                equal({rest: -1} | {f"{name} {month}": 1 for month in untold}),
                Fact({whole: 1}, within.least, within.most),
            ]


def _apart(first: dt.date, last: dt.date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _recorded_late(before: ToldMonth | None, now: ToldMonth | None) -> bool:
    """Whether two months that were told do not add up, as something was recorded in between of what was counted."""
    if before is None or now is None or now.came is None or now.left is None:
        return False
    if before.volunteers is None or now.volunteers is None:
        return False
    return now.volunteers - now.came + now.left != before.volunteers
