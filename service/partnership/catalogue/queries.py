"""Reads of the catalogue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from service.partnership.catalogue.clauses import AgreementKind, Clause
from service.partnership.catalogue.models import ActivityType, TextDraft, TextVersion
from service.partnership.catalogue.rules import BoundarySide, CatalogueType, MeetsChildren
from service.platform.web.finding import find
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


def clauses_in_force(day: dt.date) -> tuple[Clause, ...]:
    """The library's clauses of partnership agreements on a day, each variant of them."""
    return tuple(map(Clause.from_plain, text_in_force(AgreementKind.PARTNERSHIP, day).content["clause"]))


def versions(kind: str) -> Sequence[TextVersion]:
    """The versions of a text, the newest first."""
    query = select(TextVersion).where(TextVersion.kind == kind).order_by(TextVersion.version.desc())
    return db.session.scalars(query).all()


def text_version(kind: str, version: int) -> TextVersion:
    """A version of a text. Raises NotFound."""
    return find(select(TextVersion).where(TextVersion.kind == kind, TextVersion.version == version))


def text_drafts() -> Sequence[TextDraft]:
    """What the secretariat is writing. Only DRC sees it."""
    return db.session.scalars(select(TextDraft)).all()


def text_draft(kind: str, *, lock: bool = False) -> TextDraft:
    """The draft of a text. Raises NotFound where there is none."""
    return find(select(TextDraft).where(TextDraft.kind == kind), lock=lock)
