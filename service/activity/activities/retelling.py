"""What may be told of a closed month when it is told again. Plain values in and out, and every line decided by hand.

A month is closed when its statement is made. What is recorded, changed or taken away afterwards moves it, and a second picture of
one month is a subtraction: whoever saw 30 and now sees 33 knows that 3 came. So each figure moves alone, and only as far that the
difference tells of K persons or more, up or down; until then it stays as it was told, and what comes later is added to it.

Here 20 came to the café and 9 to homework help. The 700 of the café are told at once. The 3 of homework help are not, and when 4
more come to them, the 7 are.

>>> from datetime import date
>>> month = date(2026, 10, 1)
>>> def held(**counts):
...     return [MonthTotals(month, kind, attendances=count) for kind, count in counts.items()]
>>> def counts(rows):
...     return {row.activity_type: row.attendances for row in rows}
>>> counts(retold(held(cafe=20, homework=9), held(cafe=720, homework=12)))
{'cafe': 720, 'homework': 9}
>>> counts(retold(held(cafe=720, homework=9), held(cafe=720, homework=16)))
{'cafe': 720, 'homework': 16}

What was kept back stays so, and what was shown stays shown: else the total, which is shown in both pictures, would tell the one by
the other. Of cells that are kept back together the ones that move are asked for by size and never by name, so they may still change
places in both pictures at once.

Beside the counts of persons: how often something was held stands in the calendar and moves at once, but for a type that would
appear without the persons who came to it. Hours move with the volunteers whose hours they are, and never alone, as a changed length
beside it would tell how many they were. Who came is told of sums over types and moves whole or not at all, with each rest that
follows from it. So do pairs, and so does the waiting list.

How many sessions were held for neighbours too decides what is kept back. Where more of them would hide what was shown, or show a cell
that was hidden, they are not told yet; of who came and the hours what was hidden stays so (`still_hidden`).

A neighbour's part of a session moves by as much as one's own, give or take one. So where a type was held for others too each time, it
takes one more a session for it to move.

One thing at a time is decided here, by what was told of it last. What can be put together of several figures and several pictures the
`engine` is asked about, by `telling`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from service.activity.activities.disclosure import disclose, fewest, month_figures, who_came
from service.activity.activities.measures import MONTHLY, Together, told_together
from service.activity.activities.rules import MonthTotals

Rows = Sequence[MonthTotals]
TIMES = ("sessions", "cancelled", "shared")


def retold(told: Rows, now: Rows) -> list[MonthTotals]:
    """What may be told of a month, by activity type, of which `told` was told last and which counts as in `now` by now.

    Both hold what the municipality's scope let count, of one month. Where nothing may be told it is `told`.
    """
    before = {row.activity_type: row for row in told}
    after = {row.activity_type: row for row in now}
    kinds = sorted(before.keys() | after.keys())
    rows = [before.get(kind) or _nobody(after[kind], ("adults", "children")) for kind in kinds]
    truth = {kind: after.get(kind) or _nobody(before[kind], MONTHLY) for kind in kinds}
    parts = {row.activity_type: _in_parts(row, truth[row.activity_type]) for row in rows}
    came = _cells(rows, truth, "attendances", parts)
    rows = _hours(rows, _cells(came, truth, "volunteer_attendances", parts), truth)
    rows = [row for row in rows if row.activity_type in before or _people(row) or not _people(truth[row.activity_type])]
    for block in (_participants(rows, truth), told_together(Together.PAIRS), told_together(Together.ITSELF)):
        rows = _whole(rows, truth, block, parts)
    at_once = [replace(row, **_of(truth[row.activity_type], TIMES)) for row in rows]
    return next((each for each in (at_once, rows) if _stays_one(told, each)), list(told))


def still_hidden(told: Rows, again: Rows) -> frozenset[str]:
    """What was kept back of who came and of the hours and would be shown now: it stays kept back. Named as for `disclosure.without`."""
    return _hidden_sums(told) - _hidden_sums(again)


def _stays_one(told: Rows, again: Rows) -> bool:
    """Whether of the cells and totals the same are kept back, and nothing else that was shown is."""
    return _hidden_cells(told) == _hidden_cells(again) and _hidden_sums(again) <= _hidden_sums(told)


def _hidden_cells(rows: Rows) -> frozenset[str]:
    shown = month_figures(_month(rows), rows)
    tables = {
        "attendances": {**shown.attendances_by_type, "": shown.attendances},
        "volunteer_attendances": {**shown.volunteer_attendances_by_type, "": shown.volunteer_attendances},
    }
    return frozenset(
        f"{table}:{kind}" for table, cells in tables.items() for kind, cell in cells.items() if cell is None
    )


def _hidden_sums(rows: Rows) -> frozenset[str]:
    shown = month_figures(_month(rows), rows)
    hours = ["volunteer_hours"] if shown.volunteer_hours is None else []
    return frozenset([*hours, *(f"who:{name}" for name, count in shown.who.items() if count is None)])


def _month(rows: Rows) -> dt.date:
    return rows[0].month if rows else dt.date.min


def _in_parts(told: MonthTotals, now: MonthTotals) -> int:
    """How many sessions of a type there were, where each was for others too; else 0."""
    return max(row.shared for row in (told, now)) if all(row.shared == row.sessions for row in (told, now)) else 0


def moved(
    told: Mapping[str, int], now: Mapping[str, int], parts: Mapping[str, int] = MappingProxyType({})
) -> dict[str, int]:
    """The cells of one total as they may be told: those that are K or more from what was told of them, where the picture stays one.

    `parts` are the cells that hold nothing but parts of sessions for others too, with how many: a neighbour's part moves by as much, give
    or take one for each. So it takes as many more, or one would see that the other's has moved by less than K.
    """
    far = {
        name: now[name] if abs(now[name] - count) >= fewest() + parts.get(name, 0) else count
        for name, count in told.items()
    }
    shown = disclose(told).cells
    most = max((told[name] for name, cell in shown.items() if cell is None), default=fewest() - 1)
    # Where that would show what was kept back, or the other way: those alone that were shown and stay above what is kept back.
    near = {
        name: far[name] if shown[name] is not None and (far[name] == 0 or far[name] > most) else count
        for name, count in told.items()
    }
    return next((cells for cells in (far, near) if _kept_back(cells) == _kept_back(told)), dict(told))


def _kept_back(cells: Mapping[str, int]) -> tuple[frozenset[str], bool]:
    shown = disclose(cells)
    return frozenset(name for name, cell in shown.cells.items() if cell is None), shown.total is None


def _nobody(row: MonthTotals, measures: Iterable[str]) -> MonthTotals:
    """That nobody came, in a month of which the row's type tells nothing: of the measures that the row counts, 0."""
    counted = {name: 0 for name in measures if getattr(row, name) is not None}
    return MonthTotals(row.month, row.activity_type, **counted)


def _people(row: MonthTotals) -> bool:
    return bool(row.attendances or row.volunteer_attendances)


def _of(row: MonthTotals, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _cells(rows: Rows, truth: Mapping[str, MonthTotals], name: str, parts: Mapping[str, int]) -> list[MonthTotals]:
    told = {row.activity_type: getattr(row, name) for row in rows}
    found: Mapping[str, Any] = moved(told, {kind: getattr(row, name) for kind, row in truth.items()}, parts)
    return [replace(row, **{name: found[row.activity_type]}) for row in rows]


def _hours(told: Rows, rows: Rows, truth: Mapping[str, MonthTotals]) -> list[MonthTotals]:
    """The rows with the hours of their volunteers, where those have moved and nothing of them is left to move."""
    volunteers, were, are = (
        [row.volunteer_attendances for row in each] for each in (rows, told, [truth[row.activity_type] for row in rows])
    )
    if volunteers == were or volunteers != are:
        return list(rows)
    return [replace(row, volunteer_minutes=truth[row.activity_type].volunteer_minutes) for row in rows]


def _participants(rows: Rows, truth: Mapping[str, MonthTotals]) -> tuple[str, ...]:
    """What is told of the participants; nothing as long as attendances that are shown have not moved to where they are now."""
    shown = _shown(rows)
    still = all(row.attendances == truth[row.activity_type].attendances for row in rows if row.activity_type in shown)
    return told_together(Together.PARTICIPANTS) if still else ()


def _shown(rows: Rows) -> frozenset[str]:
    """The types whose attendances are shown: who came is told of them alone."""
    cells = disclose({row.activity_type: row.attendances for row in rows}).cells
    return frozenset(kind for kind, count in cells.items() if count is not None)


def _whole(
    rows: Rows, truth: Mapping[str, MonthTotals], names: Iterable[str], parts: Mapping[str, int]
) -> list[MonthTotals]:
    """The rows with those measures as they are now, where all that follows from them has moved far enough; else as they are."""
    more = sum(parts.values()) if all(parts.values()) else 0
    fresh = [replace(row, **_of(truth[row.activity_type], names)) for row in rows]
    far = all(
        was == now or abs(was - now) >= fewest() + more
        for was, now in zip(_counted(rows), _counted(fresh), strict=True)
    )
    return fresh if far and _unsaid(rows) == _unsaid(fresh) else list(rows)


def _unsaid(rows: Rows) -> frozenset[str]:
    """What is kept back of who came."""
    came = who_came(rows, disclose({row.activity_type: row.attendances for row in rows}))
    return frozenset(name for name, count in came.items() if count is None)


def _counted(rows: Rows) -> list[int]:
    """What is told of who came, and each rest that follows from it: who are neither women nor men, had come before, went on."""
    shown = _shown(rows)
    people = [row for row in rows if row.activity_type in shown]
    adults, children, women, men, new = (_sum(people, name) for name in told_together(Together.PARTICIPANTS))
    active, begun, ended = (_sum(rows, name) for name in told_together(Together.PAIRS))
    return [
        *(adults, children, adults + children, women, men, adults - women - men, new, adults + children - new),
        *(active, begun, ended, active - begun, active - begun + ended),
        *(_sum(rows, name) for name in told_together(Together.ITSELF)),
    ]


def _sum(rows: Rows, name: str) -> int:
    return sum(getattr(row, name) or 0 for row in rows)
