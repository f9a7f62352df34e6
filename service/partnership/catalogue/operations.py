"""Bring the catalogue up to the reviewed files."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from service.partnership.catalogue import files
from service.partnership.catalogue.models import ActivityType, TextVersion
from service.partnership.catalogue.queries import KINDS
from service.platform.documents.paper import canonical
from tenants.database import db
from tenants.register import danish_sort_key

measures, outcomes = files.measures, files.outcomes


class VersionChanged(ValueError):
    """A text's file says something else than the version that is in use. A change is a new version."""


class SideChanged(ValueError):
    """A file moves an activity type across the boundary. Agreements were made on the old side: add a new type."""


def load() -> int:
    """Load the activity types and texts and say how many types there are. Harmless to repeat.

    Types are added or their words corrected, never removed. A version that DRC's secretariat has put in use is its own, and no file's.
    Raises VersionChanged before it would alter another version in use, SideChanged before it would move a type across the boundary,
    ValueError for files that cannot be put into use.
    """
    kinds = files.kinds()
    moved = sorted(
        code
        for code, side in db.session.execute(select(ActivityType.code, ActivityType.side))
        if code in kinds and kinds[code].side != side
    )
    if moved:
        raise SideChanged(f"these activity types are in use on another side of the boundary: {', '.join(moved)}")
    for kind in kinds.values():
        values = {name: getattr(kind, name) for name in kind.__slots__}
        values |= {
            "side": kind.side.value,
            "children_under_15": kind.children_under_15.value,
            "outcomes": list(kind.outcomes),
            "sort_key": danish_sort_key(kind.da),
        }
        db.session.execute(
            insert(ActivityType).values(values).on_conflict_do_update(index_elements=["code"], set_=values)
        )
    db.session.info.pop(KINDS, None)
    for text in files.texts():
        _load_text(text.kind, text.version, text.effective_from, text.content)
    return len(kinds)


def _load_text(kind: str, version: int, effective_from: dt.date, content: dict[str, Any]) -> None:
    values = {"kind": kind, "version": version, "effective_from": effective_from, "content": content}
    added = insert(TextVersion).values(values).on_conflict_do_nothing().returning(TextVersion.version)
    if db.session.scalar(added) is not None:
        return
    present = db.session.get_one(TextVersion, (kind, version))
    if present.made_by is not None:
        return
    if present.effective_from != effective_from or canonical(present.content) != canonical(content):
        raise VersionChanged(f"{kind} version {version} is in use and its file differs: give the change a new version")
