"""Which acts are meant by words, and how many entries a sample holds. Plain values in and out."""

from __future__ import annotations

from collections.abc import Mapping

MAX_WORDS = 100
SAMPLE = 20  # entries, for a person to look through in a quarter of an hour
MAX_REMARK = 1000
OFFICES = ("drc", "municipality", "link", "clock")


def acts_meant(asked: str, words: Mapping[str, str]) -> frozenset[str] | None:
    """The acts whose words hold what is asked for, whatever its case; None where nothing is asked for."""
    wanted = asked.casefold().strip()
    return frozenset(act for act, said in words.items() if wanted in said.casefold()) if wanted else None
