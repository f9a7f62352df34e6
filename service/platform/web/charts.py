"""Figures as a picture and as a table: plain values in, a plain chart out, which the macro `chart` of ui.html draws.

The picture keeps its own letters at their size on a phone as on a wide screen: across, places are parts of a hundred; down, they are
pixels. What a bar says is written above it, so colour carries nothing alone. A figure that may not be shown has a bar of one fixed
height, so that nothing can be measured on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flask_babel import format_date, format_decimal
from flask_babel import gettext as _

Figure = int | Literal["hidden"] | None

MOST_MONTHS = 13
HEIGHT, TOP, FLOOR = 230, 30, 200
HIDDEN_HEIGHT = 10
BAR_SHARE = 0.62


@dataclass(frozen=True, slots=True)
class Bar:
    """One month: where its bar stands and what is written at it."""

    x: float
    width: float
    middle: float
    y: int
    height: int
    shown: str
    short: str
    hidden: bool
    now: bool  # the newest month, which the picture sets apart


@dataclass(frozen=True, slots=True)
class BarChart:
    """A chart ready to be drawn, and the same figures as rows of a table."""

    id: str
    title: str
    description: str
    unit: str
    bars: tuple[Bar, ...]
    rows: tuple[tuple[str, Figure], ...]
    notes: tuple[str, ...]
    target_y: int | None
    height: int = HEIGHT
    floor: int = FLOOR


def by_month(
    name: str,
    title: str,
    months: Sequence[dt.date],
    values: Sequence[Figure],
    *,
    unit: str = "",
    target: int | None = None,
) -> BarChart:
    """A bar for each month, oldest first. A value is a count, None where there is no figure, or "hidden" where it may not be shown.

    `name` begins the ids of its parts, so no other chart of the page has it. `unit` heads the table's column of figures; `target` is
    drawn as a line. Raises ValueError for no months, more than 13, a negative count, or as many values as there are not months.
    """
    if not 1 <= len(months) <= MOST_MONTHS:
        raise ValueError(f"a chart shows from 1 to {MOST_MONTHS} months, not {len(months)}")
    if len(months) != len(values):
        raise ValueError(f"{len(months)} months have {len(values)} values")
    counts = [value for value in values if isinstance(value, int)]
    if any(count < 0 for count in counts):
        raise ValueError("a count is never negative")
    most = max([*counts, target or 0, 1])
    step = 100 / len(months)
    last = len(months) - 1
    bars = tuple(
        _bar(place * step, step, month, value, most, place == last)
        for place, (month, value) in enumerate(zip(months, values, strict=True))
    )
    names = [format_date(month, "MMMM yyyy") for month in months]
    return BarChart(
        id=name,
        title=title,
        description=_described(names, values, target),
        unit=unit,
        bars=bars,
        rows=tuple(zip(names, values, strict=True)),
        notes=tuple(_notes(values, target)),
        target_y=FLOOR - round((FLOOR - TOP) * target / most) if target else None,
    )


def _bar(left: float, step: float, month: dt.date, value: Figure, most: int, now: bool) -> Bar:
    width = step * BAR_SHARE
    height = HIDDEN_HEIGHT if value == "hidden" else round((FLOOR - TOP) * (value or 0) / most)
    return Bar(
        x=round(left + (step - width) / 2, 2),
        width=round(width, 2),
        middle=round(left + step / 2, 2),
        y=FLOOR - height,
        height=height,
        shown="*" if value == "hidden" else "–" if value is None else format_decimal(value),
        short=format_date(month, "MMM").rstrip("."),
        hidden=value == "hidden",
        now=now,
    )


def _described(names: Sequence[str], values: Sequence[Figure], target: int | None) -> str:
    """The picture in words, for who does not see it. The figures themselves are in the table."""
    known = [(value, name) for name, value in zip(names, values, strict=True) if isinstance(value, int)]
    parts = [_("A bar for each month from %(first)s to %(last)s.", first=names[0], last=names[-1])]
    if known:
        most, least = max(known, key=lambda pair: pair[0]), min(known, key=lambda pair: pair[0])
        parts.append(_("Highest in %(month)s: %(value)s.", month=most[1], value=format_decimal(most[0])))
        parts.append(_("Lowest in %(month)s: %(value)s.", month=least[1], value=format_decimal(least[0])))
    else:
        parts.append(_("No month has a figure to show."))
    if target:
        parts.append(_("Target: %(value)s.", value=format_decimal(target)))
    return " ".join(parts)


def _notes(values: Sequence[Figure], target: int | None) -> list[str]:
    notes = []
    if target:
        notes.append(_("The dashed line is the target: %(value)s.", value=format_decimal(target)))
    if "hidden" in values:
        notes.append(_("* The figure is not shown, so that nobody can be recognised."))
    if None in values:
        notes.append(_("– There is no figure for the month."))
    return notes
