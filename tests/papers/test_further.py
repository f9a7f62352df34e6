"""Chinese, Japanese and Korean letters and emoji: cut for the paper that has them, each with a shape; what has none is refused."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from service.platform.documents import further, layout, letters
from service.platform.documents.paper import Paper
from service.platform.documents.tags import Complaint
from tests.papers import samples
from tests.papers.sample_render_process import extend

SAID = "王小明 龍國 김민준 さくら カフェ \U0001f600 \u2615"


def shapeless(points: frozenset[int], cuts: Iterable[further.Cut]) -> set[tuple[int, int]]:
    """The letters that have no shape in some weight."""
    found = set()
    for weight in further.WEIGHTS:
        shapes = {}
        for one in cuts:
            if one.weight == weight:
                font = TTFont(io.BytesIO(one.content))
                drawn = font.getGlyphSet()
                for point, glyph in font.getBestCmap().items():
                    pen = BoundsPen(drawn)
                    drawn[glyph].draw(pen)
                    shapes[point] = pen.bounds
        found |= {(point, weight) for point in points if not shapes.get(point)}
    return found


def test_each_letter_is_cut_with_a_shape_in_both_weights() -> None:
    points = letters.further_points(SAID)
    assert points == frozenset(map(ord, SAID.replace(" ", "")))
    cuts = further.cut(points)
    assert shapeless(points, cuts) == set()
    assert sum(len(one.content) for one in cuts) < 60_000, "no more than what is said"
    assert shapeless(frozenset(map(ord, "北")), cuts) == {(ord("北"), 400), (ord("北"), 700)}, "the control"


def test_the_slices_have_what_is_written_here_and_no_paper_else_takes_of_them() -> None:
    found = further.slices()
    han = sum(0x4E00 <= point <= 0x9FFF for point in found)
    hangul = sum(0xAC00 <= point <= 0xD7A3 for point in found)
    emoji = sum(0x1F300 <= point <= 0x1FAFF for point in found)
    assert (han > 12_000, hangul, emoji > 1_000) == (True, 11_172, True)
    with layout.faces_for("Åse, Олександр, محمد, ተስፋይ") as same:
        assert same is layout.faces()
    with layout.faces_for(SAID) as (_sheet, fonts):
        assert fonts is not layout.faces()[1]


@pytest.mark.parametrize("letter", ["\u0e17", "\u738b"])
def test_a_letter_without_a_shape_stops_the_paper(letter: str, paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second guard: a letter that slips by the first is refused where it is set. The control: what a font has is not."""
    extend()
    monkeypatch.setattr(layout, "printable", lambda page: page)
    monkeypatch.setattr(layout, "further_points", lambda _page: frozenset())
    with warnings.catch_warnings(action="ignore"):
        assert layout.raw(samples.paper("names.html", names=["ab"]))
        with pytest.raises(Complaint, match="notdef"):
            layout.raw(samples.paper("names.html", names=[f"a{letter}b"]))
