"""The chart of a paper: readable in black and white, with a text for who does not see it."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from service.platform.documents.formats import tal

WIDTH, HEIGHT, TOP, FLOOR = 640, 190, 24, 160
HIDDEN_HEIGHT = 9  # nothing can be measured on a bar that stands for what is not shown
BAR_SHARE = 0.64
_BEFORE, _NOW, _LINE = "#a7adb5", "#8c1d2f", "#1a1a1a"


def bar_chart(labels: Sequence[str], values: Sequence[int | None], text: str, target: int | None = None) -> Markup:
    """A bar for each label as SVG, the last one dark. None is a count that is not shown: an open bar, always as tall, with a star.

    `text` is the alternative text; `target` draws a dashed line. Each figure stands above its bar, so that no colour or scale is
    needed to read it. Raises ValueError for no labels, another number of values than of labels, or a negative value.
    """
    if not labels or len(labels) != len(values):
        raise ValueError(f"{len(labels)} labels have {len(values)} values")
    if any(value is not None and value < 0 for value in values):
        raise ValueError("a count is never negative")
    most = max([value for value in values if value is not None] + [target or 0, 1])
    step = WIDTH / len(labels)
    parts = [_bar(place * step, step, value, most, last=place == len(labels) - 1) for place, value in enumerate(values)]
    parts.append(f'<path d="M0 {FLOOR} H{WIDTH}" stroke="{_LINE}" stroke-width="1"/>')
    if target:
        y = FLOOR - _height(target, most)
        parts.append(f'<path d="M0 {y} H{WIDTH}" stroke="{_LINE}" stroke-width="1" stroke-dasharray="6 4"/>')
    for place, (label, value) in enumerate(zip(labels, values, strict=True)):
        parts.append(_words(place * step + step / 2, label, value, most, last=place == len(labels) - 1))
    return Markup(  # noqa: S704 - texts are escaped, all else are numbers
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" xmlns="http://www.w3.org/2000/svg" font-family="Plex"'
        f' fill="{_LINE}" text-anchor="middle"><title>{escape(text)}</title>{"".join(parts)}</svg>'
    )


def _height(value: int | None, most: int) -> int:
    return HIDDEN_HEIGHT if value is None else round((FLOOR - TOP) * value / most)


def _bar(left: float, step: float, value: int | None, most: int, *, last: bool) -> str:
    height = _height(value, most)
    look = (
        f'fill="#fff" stroke="{_LINE}" stroke-dasharray="3 2"'
        if value is None
        else f'fill="{_NOW if last else _BEFORE}"'
    )
    x, width = left + step * (1 - BAR_SHARE) / 2, step * BAR_SHARE
    return f'<rect x="{x:.1f}" y="{FLOOR - height}" width="{width:.1f}" height="{height}" {look}/>'


def _words(middle: float, label: str, value: int | None, most: int, *, last: bool) -> str:
    """The figure above a bar, on a white ground that keeps it clear of the target's line, and the label below it."""
    shown, weight = "*" if value is None else tal(value), "700" if last else "400"
    y, wide = FLOOR - _height(value, most) - 5, 7.4 * len(shown) + 2
    return (
        f'<path d="M{middle - wide / 2:.1f} {y - 11} h{wide:.1f} v13 h-{wide:.1f} z" fill="#fff"/>'
        f'<text x="{middle:.1f}" y="{y}" font-size="12" font-weight="{weight}">{shown}</text>'
        f'<text x="{middle:.1f}" y="{FLOOR + 17}" font-size="11" font-weight="{weight}">{escape(label)}</text>'
    )
