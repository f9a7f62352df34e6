"""Whether an activity is agreed. Never stored: the scope in force on the day says it. Plain values in and out."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from service.partnership.catalogue.rules import BoundarySide, CatalogueType, why_not
from tenants.scope import Scope


class Coverage(StrEnum):
    """How an activity stands to the agreement in force."""

    AGREED = "agreed"
    UNDISTINGUISHED = (
        "undistinguished"  # of an agreed type on the border, but the agreement does not say where the border is
    )
    BESIDE = "beside"


def standing(kind: CatalogueType, scope: Scope | None, day: dt.date) -> Coverage:
    """How an activity of that kind stands to the scope on a day.

    A type on the border counts as agreed only where the scope holds its written distinction from the public duty.
    """
    if scope is None or not scope.agreed(kind.code, day):
        return Coverage.BESIDE
    if kind.side is not BoundarySide.BORDERLINE:
        return Coverage.AGREED
    texts = [each.distinction for each in scope.activities if each.activity_type == kind.code]
    told = any(why_not(kind, text) is None for text in texts)
    return Coverage.AGREED if told else Coverage.UNDISTINGUISHED
