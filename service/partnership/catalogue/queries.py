"""Reads of the catalogue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from service.partnership.catalogue.models import ActivityType, TextVersion
from service.partnership.catalogue.rules import BoundarySide, CatalogueType, MeetsChildren
from tenants.database import db

KINDS = "kinds"  # among what a session knows


def activity_types() -> Sequence[ActivityType]:
    """All activity types in Danish order."""
    return db.session.scalars(select(ActivityType).order_by(ActivityType.sort_key)).all()


def kinds() -> dict[str, CatalogueType]:
    """The activity types as values, by code, in Danish order. A session asks for them once."""
    known: dict[str, CatalogueType] | None = db.session.info.get(KINDS)
    if known is None:
        known = db.session.info[KINDS] = _kinds()
    return dict(known)


def _kinds() -> dict[str, CatalogueType]:
    return {
        row.code: CatalogueType(
            code=row.code,
            da=row.da,
            en=row.en,
            side=BoundarySide(row.side),
            children_under_15=MeetsChildren(row.children_under_15),
            distinction=row.distinction,
            reason=row.reason,
            reason_en=row.reason_en,
            also_da=row.also_da,
            counting=row.counting,
            outcomes=tuple(row.outcomes),
            note_da=row.note_da,
            note_en=row.note_en,
        )
        for row in activity_types()
    }


def text_in_force(kind: str, day: dt.date) -> TextVersion:
    """The version of a text in force on a day. Raises LookupError where there is none."""
    found = db.session.scalar(
        select(TextVersion)
        .where(TextVersion.kind == kind, TextVersion.effective_from <= day)
        .order_by(TextVersion.effective_from.desc(), TextVersion.version.desc())
        .limit(1)
    )
    if found is None:
        raise LookupError(f"no version of {kind} is in force on {day}")
    return found
