"""The QR code of a paper: an address that a phone's camera reads, with a text for who does not see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

import segno
from markupsafe import Markup, escape

QUIET = 4  # the white border that the standard asks for


def matrix(address: str) -> tuple[tuple[bool, ...], ...]:
    """The dark and light squares of the code, without its border. Up to a quarter of it may be dirty or torn."""
    code = segno.make_qr(address, error="q", boost_error=False)
    return tuple(tuple(bool(square) for square in row) for row in code.matrix)


def _runs(row: Iterable[bool]) -> Iterator[tuple[int, int]]:
    """The dark squares of a row that lie side by side: where the first is, and how many. Each is one stroke: a path of squares is slow."""
    at = 0
    for dark, same in groupby(row):
        many = len(list(same))
        if dark:
            yield at, many
        at += many


def qr_code(address: str, text: str) -> Markup:
    """The code as SVG. `text` is the alternative text."""
    rows = matrix(address)
    wide = len(rows) + 2 * QUIET
    # A path a row: what reads a path takes the square of its length.
    lines = ("".join(f"M{x + QUIET} {y + QUIET}.5h{many}" for x, many in _runs(row)) for y, row in enumerate(rows))
    paths = "".join(f'<path d="{line}" stroke="#000"/>' for line in lines if line)
    return Markup(  # noqa: S704 - the text is escaped, all else are numbers
        f'<svg class="code" viewBox="0 0 {wide} {wide}" xmlns="http://www.w3.org/2000/svg" shape-rendering="crispEdges">'
        f'<title>{escape(text)}</title><path d="M0 0h{wide}v{wide}h-{wide}z" fill="#fff"/>{paths}</svg>'
    )
