"""Figures from counts, and what may be shown of them. Plain values in and out.

Small counts. A count of persons from 1 to 4 is not shown to a municipality, and must not follow from what is (k = 5). So the
cells of one total are hidden together: first the small ones; then, smallest first and equals together, as many others as it takes
for the hidden ones to be of at least two sizes and 5 or more in all. Where no other is left, the total is hidden as well.

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

Hours tell volunteers, as how long a session lasts stands in the calendar: where one type's volunteers are kept back, so are the
hours of the month.

Sessions that serve several municipalities. Each has its part, in whole numbers that sum to the session exactly. Participants are
counted by their municipality where the group has counted so, else in equal parts; where all participants from each were counted
together, the adults are in proportion to them. Volunteers and their time are always in equal
parts: they are there for everybody, and by participants they would tell one municipality how many came from the others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

K = 5
PARTICIPANTS = ("adults", "children", "women", "men", "new_faces")
WHO = (*PARTICIPANTS, "active_matches", "new_matches", "ended_matches", "waiting")
STANDING = frozenset({"active_matches", "waiting"})  # counted as they stand at the month's end


@dataclass(frozen=True, slots=True)
class MonthTotals:
    """What was held of one activity type in one month: times, and sums over them."""

    month: dt.date
    activity_type: str
    sessions: int = 0
    cancelled: int = 0
    attendances: int = 0  # participants, each time counted
    volunteer_attendances: int = 0
    volunteer_minutes: int = 0
    shared: int = 0  # times that served other municipalities as well, and count here with this one's part
    new_faces: int = 0
    active_matches: int | None = None  # as last counted in the month, by activity; so is the waiting list
    new_matches: int | None = None
    ended_matches: int | None = None
    adults: int | None = None  # None in a month that was closed before this was kept
    children: int | None = None
    women: int | None = None
    men: int | None = None
    waiting: int | None = None

    def to_plain(self) -> dict[str, Any]:
        """The counts as JSON values, the month left out."""
        return {name: value for name, value in asdict(self).items() if name != "month"}


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted at one session: of all of it, or of one municipality's part. None was not asked for."""

    volunteers: int = 0
    volunteer_minutes: int = 0
    adults: int = 0
    children: int = 0
    women: int | None = None  # of the adults
    men: int | None = None
    new_faces: int = 0  # of all participants
    active_matches: int | None = None
    new_matches: int | None = None  # of the active ones
    ended_matches: int | None = None
    waiting: int | None = None

    @property
    def anybody(self) -> bool:
        """Whether anything at all was counted."""
        return any(asdict(self).values())


COUNTS = tuple(Counts.__dataclass_fields__)


def apportion(whole: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Whole numbers in proportion to the weights that sum to `whole` exactly; equal ones where every weight is 0.

    What is left over after rounding down goes to the largest remainders, and among equals to the first by name. A part is never
    larger than its weight where the whole is not larger than theirs together.
    """
    if not any(weights.values()):
        weights = dict.fromkeys(weights, 1)
    total = sum(weights.values())
    parts = {name: whole * weight // total for name, weight in weights.items()}
    order = sorted(weights, key=lambda name: (-(whole * weights[name] % total), name))
    for name in order[: whole - sum(parts.values())]:
        parts[name] += 1
    return parts


def parts_of(
    whole: Counts, codes: Collection[str], counted: Mapping[str, Sequence[int]] | None = None
) -> dict[str, Counts]:
    """Each municipality's part of a session. `counted` are the adults and children by municipality, where they were counted.

    A part of a part is taken from it: nobody has more women than adults, or more new faces than participants.
    """
    equal = dict.fromkeys(codes, 1)
    if not counted:
        counted = of_people(whole.adults, apportion(whole.adults + whole.children, equal))
    adults, children = ({code: counted.get(code, (0, 0))[n] for code in codes} for n in (0, 1))
    people = {code: adults[code] + children[code] for code in codes}
    women = _apportion(whole.women, adults)
    men = _apportion(whole.men, {code: adults[code] - (women[code] or 0) for code in codes})
    active = _apportion(whole.active_matches, people)
    found: dict[str, Mapping[str, Any]] = {
        "volunteers": apportion(whole.volunteers, equal),
        "volunteer_minutes": apportion(whole.volunteer_minutes, equal),
        "adults": adults,
        "children": children,
        "women": women,
        "men": men,
        "new_faces": apportion(whole.new_faces, people),
        "active_matches": active,
        "new_matches": _apportion(whole.new_matches, {code: count or 0 for code, count in active.items()}),
        "ended_matches": _apportion(whole.ended_matches, people),
        "waiting": _apportion(whole.waiting, people),
    }
    return {code: replace(whole, **{name: parts[code] for name, parts in found.items()}) for code in codes}


def of_people(adults: int, people: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Adults and children by municipality, where it is known how many came from each and how many were adults in all."""
    parts = apportion(adults, people)
    return {code: (parts[code], count - parts[code]) for code, count in people.items()}


def from_each(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[int]]:
    """Adults and children by municipality of what is sent, where any were counted so; else nothing."""
    counted = {row["municipality_code"]: [row["adults"], row["children"]] for row in rows}
    return counted if any(map(any, counted.values())) else {}


def adds_up(counted: Mapping[str, Sequence[int]], whole: Counts, codes: Collection[str]) -> bool:
    """Whether adults and children by municipality are those of the session, in municipalities that it served."""
    sums = [sum(pair[n] for pair in counted.values()) for n in (0, 1)]
    return sums == [whole.adults, whole.children] and set(counted) <= set(codes)


def _apportion(whole: int | None, weights: Mapping[str, int]) -> Mapping[str, int | None]:
    return dict.fromkeys(weights) if whole is None else apportion(whole, weights)


@dataclass(frozen=True, slots=True)
class Shown:
    """Counts as they may be shown: None is a count that is kept back."""

    cells: Mapping[str, int | None]
    total: int | None


def disclose(cells: Mapping[str, int]) -> Shown:
    """The counts of persons in the cells of one total, and that total, as they may be shown to a municipality."""
    total = sum(cells.values())
    hidden = [count for count in cells.values() if 0 < count < K]
    if not hidden:
        return Shown(dict(cells), total)
    others = sorted(count for count in cells.values() if count >= K)
    while others and not _veiled(hidden):
        least = others[0]
        hidden += [count for count in others if count == least]
        others = [count for count in others if count > least]
    most = max(hidden)
    shown = {name: None if 0 < count <= most else count for name, count in cells.items()}
    return Shown(shown, total if _veiled(hidden) else None)


def _veiled(hidden: Sequence[int]) -> bool:
    """Whether hidden counts stay hidden when their sum is known."""
    return len(set(hidden)) > 1 and sum(hidden) >= K


@dataclass(frozen=True, slots=True)
class Included:
    """What of a municipality's month its figures count: the agreed types or every type, and who waits where that is opened."""

    types: frozenset[str]
    everything: bool
    waiting: bool

    def of(self, rows: Iterable[MonthTotals]) -> list[MonthTotals]:
        """The rows that count, as far as they do."""
        found = [row for row in rows if self.everything or row.activity_type in self.types]
        return found if self.waiting else [replace(row, waiting=None) for row in found]

    def to_plain(self) -> dict[str, Any]:
        """As JSON values."""
        return {"types": sorted(self.types), "everything": self.everything, "waiting": self.waiting}

    @classmethod
    def from_plain(cls, kept: Mapping[str, Any]) -> Included:
        """The other way."""
        return cls(frozenset(kept["types"]), kept["everything"], kept["waiting"])


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
    who: Mapping[str, int | None]  # by `WHO`; None is kept back, and what was not counted is not there

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
            case name, None if name in WHO:
                return self.who.get(name, 0)
        raise KeyError((measure, activity_type))


def month_figures(month: dt.date, held: Iterable[MonthTotals]) -> MonthFigures:
    """The month's figures from what was held, small counts kept back."""
    rows = [row for row in held if row.month == month]
    attendances = disclose({row.activity_type: row.attendances for row in rows})
    volunteers = disclose({row.activity_type: row.volunteer_attendances for row in rows})
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
    return people | _pairs(rows) | _alone("waiting", _sum(rows, "waiting"))


def _participants(rows: Sequence[MonthTotals]) -> dict[str, int | None]:
    adults, children, new = (_sum(rows, name) or 0 for name in ("adults", "children", "new_faces"))
    found = _together({"adults": adults, "children": children})
    women, men = _sum(rows, "women"), _sum(rows, "men")
    if women is not None or men is not None:
        named = {"women": women or 0, "men": men or 0}
        unasked = adults - sum(named.values())
        everywhere = all(row.women is not None or row.men is not None for row in rows if row.attendances)
        found |= _together(named, [unasked], found["adults"] is not None and (unasked > 0 or everywhere))
    return found | _together({"new_faces": new}, [adults + children - new])


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
    small = any(0 < count < K for count in (*named.values(), *follow))
    return dict(named) if may and not small else dict.fromkeys(named)


def so_far(months: Sequence[MonthFigures], measure: str, activity_type: str | None = None) -> tuple[int, bool]:
    """The sum of a measure over months, of what is shown, and whether something was kept back (then it is "at least").

    Of what there is at a time and not what happens, such as active pairs, it is the last count.
    """
    if measure in STANDING:
        months = [month for month in months if measure in month.who][-1:]
    values = [month.of(measure, activity_type) for month in months]
    left_out = measure in PARTICIPANTS and any(month.partial for month in months)
    return sum(value for value in values if value is not None), None in values or left_out
