"""What is told of a closed month when it is told again: as far as `retelling` lets it be, and the `engine` finds no small count.

Plain values in and out, for `telling`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from service.activity.activities import engine
from service.activity.activities.picture import Alike, MonthHeld, Picture
from service.activity.activities.retelling import retold, still_hidden
from service.activity.activities.rules import MonthTotals

Rows = Sequence[MonthTotals]


@dataclass(frozen=True, slots=True)
class Telling:
    """A month as it is told, and what is kept back of it besides what the fixed rules keep."""

    held: MonthHeld
    kept_back: Sequence[str]

    def picture(self, name: str) -> Picture:
        """As a picture of its own, which is told from others by that name."""
        return Picture(self.held, engine.figures_of(self.held, self.kept_back), name, name)


def pictures(told: Sequence[Telling], whose: str = "") -> list[Picture]:
    """All that was told of a month, in order."""
    return [each.picture(f"{whose}{number} ") for number, each in enumerate(told)]


def told_anew(
    told: Sequence[Telling],
    truth: Rows,
    sessions: Sequence[Alike],
    beside: Sequence[Sequence[Telling]] = (),
) -> Telling | None:
    """A month as it may be told from now on, or None where it stays as it was told.

    `told` is all that was told of it, in order; `truth` is what it counts by now, and `sessions` are whose. `beside` is what was told
    of the same month to each neighbour that had sessions together with it.
    """
    ours = pictures(told)
    theirs = [pictures(each, f"{each[0].held.code} ") for each in beside]
    for held in _candidates(told[-1].held, truth, sessions):
        kept = sorted({*told[-1].kept_back, *still_hidden(told[-1].held.rows, held.rows)})
        if held.rows != told[-1].held.rows and engine.may_stand_beside(held, kept, ours, theirs):
            return Telling(held, kept)
    return None


def _candidates(was: MonthHeld, truth: Rows, sessions: Sequence[Alike]) -> Iterator[MonthHeld]:
    """The month told anew with its volunteers, or else without what has come to those."""
    again = retold(was.rows, truth)
    if whole(again, truth):
        kinds = {row.activity_type for row in again}
        yield replace(was, rows=again, sessions=[each for each in sessions if each.activity_type in kinds])
    yield replace(was, rows=volunteers_as(was.rows, again))


def whole(again: Rows, truth: Rows) -> bool:
    """Whether all volunteers and their minutes are told by now: else what is told of them is no sum of what was at the sessions."""
    told, now_so = (
        {row.activity_type: (row.volunteer_attendances, row.volunteer_minutes) for row in rows}
        for rows in (again, truth)
    )
    return all(told.get(kind, (0, 0)) == counts for kind, counts in now_so.items())


def volunteers_as(told: Rows, again: Rows) -> list[MonthTotals]:
    """The month told anew, but for its volunteers and their hours: of a type that was not told there are none yet."""
    before = {row.activity_type: (row.volunteer_attendances, row.volunteer_minutes) for row in told}
    kept = [(row, *before.get(row.activity_type, (0, 0))) for row in again]
    return [replace(row, volunteer_attendances=count, volunteer_minutes=minutes) for row, count, minutes in kept]
