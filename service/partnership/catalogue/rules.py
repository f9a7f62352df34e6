"""The boundary that is never crossed: which activities can be agreed, and what must be written where one lies close to a statutory task."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class BoundarySide(StrEnum):
    """On which side of the boundary to statutory tasks an activity type lies."""

    VOLUNTARY = "voluntary"
    BORDERLINE = "borderline"  # allowed with a written distinction, which the agreement prints
    STATUTORY = "statutory"  # never assignable to volunteers


class MeetsChildren(StrEnum):
    """Whether an activity type meets children under 15."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"  # it depends on the activity: the one who agrees it says


class Counted(StrEnum):
    """From what a measure of targets is counted."""

    SESSIONS = "sessions"
    VOLUNTEERS = "volunteers"  # the register of volunteers, at the end of a month
    TOLD = "told"  # nothing: DRC tells it once the year is over, and where the number is from


@dataclass(frozen=True, slots=True)
class CatalogueType:
    """An activity type of the catalogue, as a value."""

    code: str
    da: str
    en: str
    side: BoundarySide
    children_under_15: MeetsChildren
    distinction: str = ""  # borderline: a proposal for the written distinction, in Danish
    reason: str = ""  # statutory: why it cannot be agreed, and what can, in Danish
    reason_en: str = ""
    also_da: str = ""  # other names met in practice
    counting: str = ""  # what is counted: attendance, matches, assignments, ...
    outcomes: tuple[str, ...] = ()  # codes of the effects it works for
    note_da: str = ""  # why it lies on that side
    note_en: str = ""

    def name(self, locale: str) -> str:
        """Its name in Danish or English."""
        return self.en if locale == "en" else self.da


class Boundary(StrEnum):
    """How an agreed activity can cross the boundary."""

    STATUTORY = "statutory"
    DISTINCTION_MISSING = "distinction_missing"
    DISTINCTION_TOO_SHORT = "distinction_too_short"


@dataclass(frozen=True, slots=True)
class BoundaryRefusal:
    """Why an activity cannot be agreed, and what to say to the one who tries, in Danish."""

    reason: Boundary
    text: str


FEWEST_WORDS = 8  # a distinction says what the activity is and what it is not; fewer words cannot


def check_activity(kind: CatalogueType, distinction: str | None) -> BoundaryRefusal | None:
    """Whether an activity of that kind can be agreed with that written distinction; None when it can.

    The boundary: a statutory task is never assignable to volunteers, whatever is written; a borderline type is allowed
    only with a written distinction.
    """
    if kind.side is BoundarySide.STATUTORY:
        return BoundaryRefusal(Boundary.STATUTORY, kind.reason)
    if kind.side is BoundarySide.BORDERLINE:
        words = re.findall(r"[^\W\d_]{2,}", distinction or "")
        if not words:
            text = f"{kind.da} ligger tæt på en myndighedsopgave. Skriv, hvad der adskiller aktiviteten fra den."
            return BoundaryRefusal(Boundary.DISTINCTION_MISSING, text)
        if len(words) < FEWEST_WORDS:
            text = "Skriv i en hel sætning, hvad aktiviteten er, og hvad den ikke er. Teksten bliver trykt i aftalen."
            return BoundaryRefusal(Boundary.DISTINCTION_TOO_SHORT, text)
    return None


def why_not(kind: CatalogueType, distinction: str | None) -> str | None:
    """Why an activity of that kind cannot be agreed with that distinction, in Danish; None when it can."""
    refusal = check_activity(kind, distinction)
    return refusal.text if refusal else None
