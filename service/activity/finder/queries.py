"""Reads of what anyone can find. `groups` and `group` are for whoever asks; `kept` is DRC's alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text

from service.activity.finder.models import PublicGroup
from service.activity.finder.rules import FoundGroup, Wanted, activity_of
from service.platform.web.errors import NotFound
from service.platform.web.pages import Page, cursor_at, values_at
from tenants.database import db

FIND = text(
    "SELECT * FROM app.public_groups(CAST(:places AS text[]), :theme, :weekday, :language, :address,"
    " :after_key, CAST(:after_id AS uuid), :most)"
)
A_PAGE, EVERY = 20, 100_000


def groups(wanted: Wanted, after: str | None = None, limit: int = A_PAGE) -> Page[FoundGroup]:
    """The groups that anyone can find, as far as they fit what is wanted, by page in Danish order. One query.

    Raises Invalid for a cursor that is not ours.
    """
    key, last = values_at(after, [str, UUID]) if after else (None, None)
    rows = _find(wanted, after_key=key, after_id=last, most=limit + 1)
    end = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], cursor_at([end.sort_key, end.id]) if end else None)


def every(wanted: Wanted) -> list[FoundGroup]:
    """All of them at once, for machines. One query."""
    return _find(wanted, most=EVERY)


def group(public_id: str) -> FoundGroup:
    """The group with that address. Raises NotFound where none is shown there."""
    found = _find(Wanted(), address=public_id, most=1)
    if not found:
        raise NotFound
    return found[0]


def kept(group_id: UUID, *, lock: bool = False) -> PublicGroup | None:
    """What a group has agreed to show, or None where nobody has asked it."""
    return db.session.get(PublicGroup, group_id, with_for_update=lock or None)


def _find(wanted: Wanted, **limits: Any) -> list[FoundGroup]:
    asked = {
        "places": list(wanted.municipality_codes) or None,
        "theme": wanted.theme or None,
        "weekday": wanted.weekday or None,
        "language": wanted.language or None,
    }
    rows = db.session.execute(FIND, {"address": None, "after_key": None, "after_id": None} | asked | limits)
    return [
        FoundGroup(
            id=row.id,
            public_id=row.public_id,
            name=row.name,
            sort_key=row.sort_key,
            about=row.about,
            themes=tuple(row.themes),
            municipality_codes=tuple(row.municipality_codes),
            contact={
                part: said
                for part, said in (
                    ("name", row.contact_name),
                    ("phone", row.contact_phone),
                    ("email", row.contact_email),
                )
                if said
            },
            activities=tuple(map(activity_of, row.activities)),
        )
        for row in rows
    ]
