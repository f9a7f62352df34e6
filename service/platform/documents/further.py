"""Chinese, Japanese and Korean letters and emoji: fonts of thousands of letters, of which a paper takes what it says and no more.

They come in slices of some hundred letters each. A paper that has such letters gets them cut out of their slices, in the two weights of
papers, as fonts of its own; all others know nothing of it. An emoji is a drawing of lines: PDF/A has no place for colours in a font.
"""

from __future__ import annotations

import io
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from weasyprint.text.fonts import FontConfiguration

SLICES = Path(__file__).parent.parent / "web/static/vendor/fonts/further"
SCRIPTS = ("noto-sans-sc", "noto-sans-kr", "noto-emoji")  # what two of them have is taken from the first
WEIGHTS = (400, 700)
_SPACE, _JOINER = 0x20, 0x200D  # which stand among such letters, and are set in their font
_LAYOUT = ["BASE", "GPOS", "STAT", "vhea", "vmtx"]  # of lines from top to bottom, and of pairs of letters


@dataclass(frozen=True, slots=True)
class Cut:
    """A font of the letters that one paper takes from a slice, in one weight."""

    family: str
    weight: int
    content: bytes


@cache
def slices() -> Mapping[int, Path]:
    """The slice that has a letter, by code point."""
    found: dict[int, Path] = {}
    for script in reversed(SCRIPTS):
        for file in sorted(SLICES.glob(f"{script}-*.woff2"), reverse=True):
            with TTFont(file) as font:
                found |= dict.fromkeys(font.getBestCmap(), file)
    return found


@lru_cache(maxsize=8)  # a paper that is fitted to its page is laid out several times
def cut(points: frozenset[int]) -> tuple[Cut, ...]:
    """The fonts that have these letters, each of which some slice has: a family for each slice, in order."""
    wanted: dict[Path, set[int]] = defaultdict(set)
    for point in points:
        wanted[slices()[point]].add(point)
    return tuple(
        one for number, file in enumerate(sorted(wanted)) for one in _cut(f"Further{number}", file, wanted[file])
    )


def _cut(family: str, file: Path, points: set[int]) -> Iterator[Cut]:
    options = subset.Options(flavor=None, notdef_outline=True, recalc_timestamp=False)
    options.drop_tables += _LAYOUT
    with TTFont(file, recalcTimestamp=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=points | ({_SPACE, _JOINER} & set(font.getBestCmap())))
        subsetter.subset(font)
        font.flavor = None
        few = _saved(font)
    for weight in WEIGHTS:
        with TTFont(io.BytesIO(few), recalcTimestamp=False) as font:
            yield Cut(family, weight, _saved(instancer.instantiateVariableFont(font, {"wght": weight})))


class FontsInMemory:
    """The fonts of one paper as WeasyPrint keeps them, in place of its folder: whoever lays out papers may write no file.

    As a context it is the configuration, whose fonts are let go of with it.
    """

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.fonts = FontConfiguration()

    def __enter__(self) -> FontConfiguration:
        self.fonts._folder = self  # noqa: SLF001 - it has no other way
        return self.fonts

    def __exit__(self, *_told: object) -> None:
        self.fonts._folder = None  # noqa: SLF001 - it would be removed as a folder
        for number in self.numbers:
            os.close(number)

    def __truediv__(self, name: str) -> _FontInMemory:
        self.numbers.append(os.memfd_create(name))
        return _FontInMemory(self.numbers[-1])


@dataclass(frozen=True, slots=True)
class _FontInMemory:
    number: int

    def exists(self) -> bool:
        return False

    def write_bytes(self, content: bytes) -> None:
        with open(self.number, "wb", closefd=False) as file:
            file.write(content)

    def as_posix(self) -> str:
        return f"/proc/self/fd/{self.number}"

    def __str__(self) -> str:
        return self.as_posix()


def _saved(font: TTFont) -> bytes:
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
