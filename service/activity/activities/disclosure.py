"""What may be shown of figures. Plain values in and out, and every line decided by hand.

Small counts. A count of persons from 1 to 4 is not shown to a municipality, and must not follow from what is (k = 5). So the
cells of one total are hidden together: first the small ones; then, smallest first and equals together, as many others as it takes
for the hidden ones to be of at least two sizes and 5 or more in all. Where no other is left, the total is hidden as well.

A month as an example: attendances by activity type. The 3 is small. Alone it would follow from the total, so the least of the others
is hidden with it; a type that nobody came to tells of nobody.

>>> shown = disclose({"language_cafe": 20, "homework_help": 9, "job_club": 3, "mentor": 0})
>>> shown.cells
{'language_cafe': 20, 'homework_help': None, 'job_club': None, 'mentor': 0}
>>> shown.total  # 12 are hidden by two: 3 and 9, or 9 and 3, or 5 and 7
32

Two of 4 are hidden by themselves. Their sum of 8 would tell that both are small, so a third is hidden with them; and where there is
no third, the total is.

>>> disclose({"language_cafe": 20, "homework_help": 4, "job_club": 4})
Shown(cells={'language_cafe': None, 'homework_help': None, 'job_club': None}, total=28)
>>> disclose({"homework_help": 4, "job_club": 4})
Shown(cells={'homework_help': None, 'job_club': None}, total=None)

Why that is enough for a reader who knows this rule too. It asks for sizes and never for names, so the hidden counts may change
places among themselves and the picture stays the same: being of two sizes or more, each could be another. (Four hidden cells
with a sum of 16 would else be four times 4, and a tie broken by name would tell who of two is the small one.) Where the total
is hidden, nothing is known but that each is 1 or more. Sums over months add only what was shown, so the difference of two sums
tells no more than the cells did.

Who came is told of the types whose attendances are shown, together and never by type: adults and children, women and men, new
faces. So it tells nothing of a type that is kept back, not even to who knows that homework help has children alone. Each is a way
to divide a number that is shown, so it is shown whole or not at all: only if none of its parts is small, those without a name
included, who had come before, or are adults whom nobody asked. And women and men are kept back where they are all the adults, but
one of the types does not count them: the rest of the others would be children. What is not shown says that a part of it is small,
and not which. Active pairs and the waiting list stand each alone. New and ended pairs are shown together or not at all: not where
those that went on, or those of the month before, are few, as both follow from the three.

The same month, of the café alone, as the two others are kept back. Of its 20 adults 12 are women and 5 are men, which leaves 3 whom
nobody asked: so neither women nor men are shown. 15 of 20 had come before, so the 5 new ones are.

>>> month = dt.date(2026, 3, 1)
>>> cafe = MonthTotals(month, "language_cafe", attendances=20, adults=20, children=0, women=12, men=5, new_faces=5)
>>> homework = MonthTotals(month, "homework_help", attendances=9, adults=0, children=9)
>>> club = MonthTotals(month, "job_club", attendances=3, adults=3, children=0, waiting=4)
>>> month_figures(month, [cafe, homework, club]).who
{'adults': 20, 'children': 0, 'women': None, 'men': None, 'new_faces': 5, 'waiting': None}

Hours tell volunteers, as how long a session lasts stands in the calendar: where one type's volunteers are kept back, so are the
hours of the month.

A session for several municipalities is divided in equal parts, so each part tells the neighbour's, give or take one. Of 9, one has 5
and the other 4. Where a type was held for others too each time, its counts are therefore kept back up to 4 and one more a session,
and none is kept back where there was one session: the neighbour may have the one who came. What a neighbour can tell so covers
nothing either: only a count that is this municipality's alone, or a small one, does.

>>> disclose({"language_cafe": 20, "homework_help": 5, "job_club": 9}, {"homework_help": 1})
Shown(cells={'language_cafe': 20, 'homework_help': None, 'job_club': None}, total=34)
>>> disclose({"language_cafe": 20, "homework_help": 6}, {"homework_help": 1})
Shown(cells={'language_cafe': 20, 'homework_help': 6}, total=26)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from service.activity.activities.measures import MONTHLY, Over, Together, told_together
from service.activity.activities.rules import MonthTotals

K = 5  # where the country has not settled on another number
LEAST_K = 3

_settled: ContextVar[int | None] = ContextVar("k", default=None)


def fewest() -> int:
    """The smallest number of persons that is shown, but for none."""
    return _settled.get() or K


@contextmanager
def showing_from(number: int) -> Iterator[None]:
    """Let it be that number inside. Raises ValueError for one below 3: of two persons each knows the other."""
    if number < LEAST_K:
        raise ValueError(f"fewer than {LEAST_K} persons are never shown, so not {number}")
    token = _settled.set(number)
    try:
        yield
    finally:
        _settled.reset(token)


@dataclass(frozen=True, slots=True)
class Shown:
    """Counts as they may be shown: None is a count that is kept back."""

    cells: Mapping[str, int | None]
    total: int | None


def disclose(cells: Mapping[str, int], parts: Mapping[str, int] | None = None) -> Shown:
    """The counts of persons in the cells of one total, and that total, as they may be shown to a municipality.

    `parts` are the cells that hold parts of sessions for others too, with how many sessions they are of where they hold nothing else,
    and else 0.
    """
    parts = parts or {}
    total = sum(cells.values())
    hidden = {name for name, count in cells.items() if 0 < count < fewest()}
    hidden |= {name for name, sessions in parts.items() if _near_few(cells[name], sessions)}
    if not hidden:
        return Shown(dict(cells), total)

    def covered() -> bool:
        own = [count for name in hidden if (count := cells[name]) > 0 and (name not in parts or count < fewest())]
        return _veiled(own) if any(count < fewest() for count in own) else bool(own)

    others = sorted(count for name, count in cells.items() if count >= fewest() and name not in parts)
    while others and not covered():
        hidden |= {name for name, count in cells.items() if count == others[0] and name not in parts}
        others = [count for count in others if count > others[0]]
    shown = {name: None if name in hidden else count for name, count in cells.items()}
    return Shown(shown, total if covered() else None)


def _near_few(count: int, sessions: int) -> bool:
    """Whether a neighbour's count may be told to be small by one that holds equal parts of so many sessions, and nothing else."""
    return sessions == 1 if count == 0 else count < fewest() + sessions and sessions > 0


def _veiled(hidden: Sequence[int]) -> bool:
    """Whether hidden counts stay hidden when their sum is known."""
    return len(set(hidden)) > 1 and sum(hidden) >= fewest()


def differ_by_few(whole: int, parts: Iterable[int]) -> bool:
    """Whether a small count follows from a number of persons and the numbers of some of them: from any one of those, or from all."""
    known = list(parts)
    return any(0 < abs(whole - part) < fewest() for part in (*known, sum(known)) if known)


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """One municipality's month as it may be shown: key figures in all, and by activity type."""

    month: dt.date
    sessions: int
    cancelled: int
    shared: int  # of the sessions, those that served other municipalities as well
    volunteer_hours: int | None  # rounded to whole hours
    attendances: int | None
    volunteer_attendances: int | None
    sessions_by_type: Mapping[str, int]
    cancelled_by_type: Mapping[str, int]
    attendances_by_type: Mapping[str, int | None]
    volunteer_attendances_by_type: Mapping[str, int | None]
    who: Mapping[str, int | None]  # by `MONTHLY`; None is kept back, and what was not counted is not there
    followed: tuple[
        str, ...
    ] = ()  # what is kept back besides, as a small count would follow from it, see `engine.without`

    @property
    def partial(self) -> bool:
        """Whether who came is told without some of the types, as their attendances are kept back."""
        return None in self.attendances_by_type.values()

    def of(self, measure: str, activity_type: str | None = None) -> int | None:
        """The figure of a measure in all, or of one activity type; None is kept back. Raises KeyError for another measure."""
        match measure, activity_type:
            case "sessions", None:
                return self.sessions
            case "sessions", str(kind):
                return self.sessions_by_type.get(kind, 0)
            case "volunteer_hours", None:
                return self.volunteer_hours
            case "attendances", None:
                return self.attendances
            case "attendances", str(kind):
                return self.attendances_by_type.get(kind, 0)
            case "volunteer_attendances", None:
                return self.volunteer_attendances
            case "volunteer_attendances", str(kind):
                return self.volunteer_attendances_by_type.get(kind, 0)
            case name, None if name in MONTHLY:
                return self.who.get(name, 0)
        raise KeyError((measure, activity_type))


def month_figures(month: dt.date, held: Iterable[MonthTotals]) -> MonthFigures:
    """The month's figures from what was held, small counts kept back."""
    rows = [row for row in held if row.month == month]
    parts = {row.activity_type: _parts_of([row], "attendances") for row in rows if row.shared}
    attendances = disclose({row.activity_type: row.attendances for row in rows}, parts)
    volunteers = disclose({row.activity_type: row.volunteer_attendances for row in rows}, parts)
    return MonthFigures(
        month=month,
        sessions=sum(row.sessions for row in rows),
        cancelled=sum(row.cancelled for row in rows),
        shared=sum(row.shared for row in rows),
        volunteer_hours=hours(rows, volunteers),
        attendances=attendances.total,
        volunteer_attendances=volunteers.total,
        sessions_by_type={row.activity_type: row.sessions for row in rows},
        cancelled_by_type={row.activity_type: row.cancelled for row in rows},
        attendances_by_type=attendances.cells,
        volunteer_attendances_by_type=volunteers.cells,
        who=who_came(rows, attendances),
    )


def hours(rows: Iterable[MonthTotals], volunteers: Shown) -> int | None:
    """The volunteers' whole hours together; None where they would tell of volunteers that are kept back."""
    if None in volunteers.cells.values():
        return None
    return (sum(row.volunteer_minutes for row in rows) + 30) // 60


def who_came(rows: Sequence[MonthTotals], attendances: Shown) -> dict[str, int | None]:
    """What may be shown of who the month's participants, pairs and waiting were, of what was counted. See the head of this file."""
    if not rows or any(row.adults is None for row in rows):
        return {}
    shown = [row for row in rows if attendances.cells[row.activity_type] is not None]
    people = _participants(shown) if shown else dict.fromkeys(("adults", "children", "new_faces"))
    alone = (_alone(name, _sum(rows, name)) for name in told_together(Together.ITSELF))
    return {name: count for each in (people, _pairs(rows), *alone) for name, count in each.items()}


def _participants(rows: Sequence[MonthTotals]) -> dict[str, int | None]:
    adults, children, new = (_sum(rows, name) or 0 for name in ("adults", "children", "new_faces"))
    people = {"adults": adults, "children": children}
    found = _together(people, [], not any(_near_few(count, _parts_of(rows, name)) for name, count in people.items()))
    women, men = _sum(rows, "women"), _sum(rows, "men")
    if women is not None or men is not None:
        named = {"women": women or 0, "men": men or 0}
        unasked = adults - sum(named.values())
        everywhere = all(row.women is not None or row.men is not None for row in rows if row.attendances)
        found |= _together(named, [unasked], found["adults"] is not None and (everywhere or unasked != 0))
    return found | _together({"new_faces": new}, [adults + children - new])


def _parts_of(rows: Sequence[MonthTotals], name: str) -> int:
    """How many sessions of these types were held, where each was for others too; else 0. Types in which nobody was counted so are none."""
    counted = [row for row in rows if row.shared or getattr(row, name)]
    return sum(row.shared for row in counted) if all(row.shared == row.sessions for row in counted) else 0


def _pairs(rows: Sequence[MonthTotals]) -> dict[str, int | None]:
    active, new, ended = (_sum(rows, f"{which}_matches") for which in ("active", "new", "ended"))
    if (active, new, ended) == (None, None, None):
        return {}
    went_on = (active or 0) - (new or 0)
    changed = {"new_matches": new or 0, "ended_matches": ended or 0}
    return _alone("active_matches", active or 0) | _together(changed, [went_on, went_on + (ended or 0)])


def _alone(name: str, count: int | None) -> dict[str, int | None]:
    return {} if count is None else _together({name: count})


def _sum(rows: Iterable[MonthTotals], name: str) -> int | None:
    """The sum of what was counted; None where nobody counted."""
    counted = [getattr(row, name) for row in rows if getattr(row, name) is not None]
    return sum(counted) if counted else None


def _together(named: Mapping[str, int], follow: Sequence[int] = (), may: bool = True) -> dict[str, int | None]:
    """Counts that are shown together or not at all: not when one of them, or of those that follow from them, is small."""
    small = any(0 < count < fewest() for count in (*named.values(), *follow))
    return dict(named) if may and not small else dict.fromkeys(named)


def so_far(months: Sequence[MonthFigures], measure: str, activity_type: str | None = None) -> tuple[int, bool]:
    """The sum of a measure over months, of what is shown, and whether something was kept back (then it is "at least").

    Of what there is at a time and not what happens, such as active pairs, it is the last count.
    """
    month = MONTHLY.get(measure)
    if month and month.over is Over.LAST:
        months = [month for month in months if measure in month.who][-1:]
    values = [month.of(measure, activity_type) for month in months]
    left_out = measure in told_together(Together.PARTICIPANTS) and any(month.partial for month in months)
    return sum(value for value in values if value is not None), None in values or left_out
