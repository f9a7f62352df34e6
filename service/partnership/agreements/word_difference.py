"""What differs inside a clause, word by word, with an amount, a day or a length of time as one word.

Lines are paired first, so that a changed paragraph is held against the one that it was; then their words. Plain values in and out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from service.partnership.agreements.difference import ClauseChange, ClauseLine
from service.partnership.catalogue.wording import NUMERALS
from service.platform.documents.formats import MONTHS

MAX_PAIRED = 2_500  # so many pairs of lines are tried; in what differs more, nothing is the same anyway
LIKE = 0.5  # lines that share less of their words are not the same line
_NUMBER = rf"(?:\d+|{'|'.join(NUMERALS)})"
_TOKEN = re.compile(
    rf"""\s*(?:
      \d{{1,3}}(?:\.\d{{3}})*(?:,\d+)?\s(?:kr\.|%)                            # 1.400.000 kr.
    | \d{{1,2}}\.\s(?:{"|".join(MONTHS)})(?:\s\d{{4}})?                       # 28. februar 2027
    | {_NUMBER}\s(?:gang|gange|dag|dages?|uge|ugers?|måneds?|måneder|måneders|kvartal|kvartaler|år|års)\b   # tre måneder
    | \d+(?:[.,:/-]\d+)*                                                      # 27.03.00
    | \w+(?:[-'’]\w+)*
    | .
    )""",
    re.VERBOSE | re.IGNORECASE,
)


class PartKind(StrEnum):
    """What has become of some words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class TextPart:
    """Some words of a line."""

    kind: PartKind
    text: str


@dataclass(frozen=True, slots=True)
class LineParts:
    """A line of a clause, in parts."""

    kind: str
    parts: tuple[TextPart, ...]


def tokens(text: str) -> list[str]:
    """A text's words and signs, each with the space before it."""
    return _TOKEN.findall(text)


def of_clause(clause: ClauseChange) -> tuple[LineParts, ...]:
    """A clause's lines in order, each in parts. A heading that is the same is left out: it stands above."""
    return tuple(
        LineParts((later or earlier).kind, _parts(earlier, later))  # type: ignore[union-attr] # one of them is there
        for earlier, later in _pairs(clause.before, clause.after)
        if not (earlier == later and earlier and earlier.kind == "heading")
    )


def of_words(before: str, after: str) -> tuple[TextPart, ...]:
    """What differs between two texts, in parts."""
    earlier, later = tokens(before), tokens(after)
    found: list[TextPart] = []
    for tag, a, b, c, d in _runs(earlier, later):
        if tag == "equal":
            found.append(TextPart(PartKind.SAME, "".join(later[c:d])))
            continue
        found += [TextPart(PartKind.REMOVED, "".join(earlier[a:b]))] if a < b else []
        found += [TextPart(PartKind.ADDED, "".join(later[c:d]))] if c < d else []
    return tuple(found)


def _runs(earlier: Sequence[str], later: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """The runs of words that are equal or differ; where only a sign stands between two that differ, they are one."""
    before, after = ([word.strip() for word in words] for words in (earlier, later))
    joined: list[tuple[str, int, int, int, int]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        slight = tag == "equal" and not any(letter.isalnum() for word in later[c:d] for letter in word)
        if joined and joined[-1][0] != "equal" and (tag != "equal" or (slight and b < len(earlier) and d < len(later))):
            _, first, _, start, _ = joined.pop()
            joined.append(("replace", first, b, start, d))
        else:
            joined.append((tag, a, b, c, d))
    return iter(joined)


def _parts(earlier: ClauseLine | None, later: ClauseLine | None) -> tuple[TextPart, ...]:
    if earlier and later:
        return of_words(earlier.text, later.text)
    if later:
        return (TextPart(PartKind.ADDED, later.text),)
    return (TextPart(PartKind.REMOVED, earlier.text),) if earlier else ()


def _pairs(
    before: Sequence[ClauseLine], after: Sequence[ClauseLine]
) -> Iterator[tuple[ClauseLine | None, ClauseLine | None]]:
    """The lines of both, each with the one that it was, in an order that keeps both orders."""
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from zip(before[a:b], after[c:d], strict=True)
        else:
            yield from _likest(before[a:b], after[c:d])


def _likest(
    before: Sequence[ClauseLine], after: Sequence[ClauseLine]
) -> Iterator[tuple[ClauseLine | None, ClauseLine | None]]:
    """The pairs in order that share most words altogether; lines that are like none stand alone, the earlier first."""
    best = _best(before, after) if len(before) * len(after) <= MAX_PAIRED else None
    at, to = 0, 0
    while best and at < len(before) and to < len(after):
        alike = _alike(before[at], after[to])
        if alike >= LIKE and best[at][to] == alike + best[at + 1][to + 1]:
            yield before[at], after[to]
            at, to = at + 1, to + 1
        elif best[at][to] == best[at + 1][to]:
            yield before[at], None
            at += 1
        else:
            yield None, after[to]
            to += 1
    yield from ((line, None) for line in before[at:])
    yield from ((None, line) for line in after[to:])


def _best(before: Sequence[ClauseLine], after: Sequence[ClauseLine]) -> list[list[float]]:
    """How much the lines from each place on share at best."""
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for at in reversed(range(len(before))):
        for to in reversed(range(len(after))):
            alike = _alike(before[at], after[to])
            together = alike + best[at + 1][to + 1] if alike >= LIKE else 0.0
            best[at][to] = max(together, best[at + 1][to], best[at][to + 1])
    return best


def _alike(earlier: ClauseLine, later: ClauseLine) -> float:
    """The share of words that two lines of one kind have in common."""
    if earlier.kind != later.kind:
        return 0.0
    words = [Counter(re.findall(r"\w+", line.text.casefold())) for line in (earlier, later)]
    whole = words[0].total() + words[1].total()
    return 2 * (words[0] & words[1]).total() / whole if whole else 0.0
