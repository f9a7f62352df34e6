"""Which letters the project's fonts can print, and what is printed in place of the others.

A PDF/A may not hold a letter without a font. Plex has Latin, Greek and Cyrillic; two Noto fonts have Arabic and Ethiopic; Chinese,
Japanese, Korean and emoji come from fonts that a paper takes only what it needs of (`further`).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from service.platform.documents import further

FONTS = Path(__file__).parent.parent / "web/static/vendor/fonts"
FACES = {
    "IBMPlexSans-Regular.ttf": ("Plex", "400", "normal"),
    "IBMPlexSans-Italic.ttf": ("Plex", "400", "italic"),
    "IBMPlexSans-SemiBold.ttf": ("Plex", "600", "normal"),
    "IBMPlexSans-Bold.ttf": ("Plex", "700", "normal"),
    "noto-sans-arabic-arabic-400-normal.woff2": ("NotoArabic", "400", "normal"),
    "noto-sans-arabic-arabic-700-normal.woff2": ("NotoArabic", "700", "normal"),
    "noto-sans-ethiopic-ethiopic-400-normal.woff2": ("NotoEthiopic", "400", "normal"),
    "noto-sans-ethiopic-ethiopic-700-normal.woff2": ("NotoEthiopic", "700", "normal"),
}
# These shape or break words and have no picture of their own; fonts need not have them.
_SHAPING = frozenset("\n\t\u00ad\u200b\u200c\u200d\u2060")
_OF_EMOJI = frozenset(
    "\u20e3\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
)  # a key around a number, and colours of skin


@cache
def printable_points() -> frozenset[int]:
    """The code points that every face of some family of all papers can print.

    Fonts keep private signs as well, which mean nothing to others.
    """
    families: dict[str, set[int]] = {}
    for name, (family, _weight, _style) in FACES.items():
        with TTFont(FONTS / name) as font:
            points = {point for point in font.getBestCmap() if unicodedata.category(chr(point)) != "Co"}
        families[family] = families.get(family, points) & points
    return frozenset().union(*families.values())


def printable(text: str) -> str:
    """The text as our fonts can print it.

    A letter that no font of ours has is named by its number, [U+1F600], so that a reader sees that something stood there. Signs
    that have no picture are left out, and so are those that turn the direction of the text around: they could make a name or an
    amount read as another.
    """
    return "".join(map(_one, unicodedata.normalize("NFC", text)))


def further_points(text: str) -> frozenset[int]:
    """The code points of a printable text that the fonts of all papers do not have."""
    return frozenset(map(ord, set(text) - _SHAPING)) - printable_points()


def _one(c: str) -> str:
    if c in _SHAPING:
        return c
    if unicodedata.category(c) in ("Cc", "Cf") or "\ufe00" <= c <= "\ufe0f" or c in _OF_EMOJI:
        return ""
    known = ord(c) in printable_points() or (unicodedata.category(c) != "Co" and ord(c) in further.slices())
    return c if known else f"[U+{ord(c):04X}]"
