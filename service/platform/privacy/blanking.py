"""Take a text about somebody out of everywhere it was kept, by what each feature says of its columns. It does not come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Text, cast, func, inspect, select

from service.platform.feature import features
from service.platform.keeping import Blankable, without
from service.platform.ledger.operations import record
from service.platform.web.errors import Invalid
from tenants.database import db
from tenants.reach import present

MIN_TEXT, MAX_TEXT = 4, 200  # letters: of fewer the whole country is full
MAX_FOUND = 50
AROUND = 60  # letters of what stands before and after


@dataclass(frozen=True, slots=True)
class FoundText:
    """A place where a text stands."""

    place: Blankable
    row: Any
    excerpt: str

    @property
    def code(self) -> str | None:
        """The municipality that it is about."""
        return getattr(self.row, "municipality_code", None)


def find(text: str) -> list[FoundText]:
    """Where a text stands, within the reach, whatever its capitals. Raises Invalid for one that is too short, or stands in too many."""
    if len(text) < MIN_TEXT:
        raise Invalid({"text": [_("Write at least %(least)s letters of it.", least=MIN_TEXT)]})
    found = [each for place in features().blankables for each in _in(place, text)]
    if len(found) > MAX_FOUND:
        raise Invalid({"text": [_("It stands in more than %(most)s places. Write more of it.", most=MAX_FOUND)]})
    record("text.sought", found=len(found))
    return found


def take_out(text: str) -> int:
    """Take a text out of everywhere within the reach but where it stays. Returns out of how many columns of rows. Raises Invalid."""
    return sum(_take_out(each, text) for each in find(text) if not each.place.stays)


def _in(place: Blankable, text: str) -> Sequence[FoundText]:
    written = cast(place.column, Text)
    holds = func.strpos(func.lower(written), text.lower()) > 0
    query = select(place.column.class_, written.label("written")).where(holds).limit(MAX_FOUND + 1)
    return [FoundText(place, row, _excerpt(whole, text)) for row, whole in db.session.execute(query)]


def _excerpt(whole: str, text: str) -> str:
    at = whole.lower().find(text.lower())
    start, end = max(at - AROUND, 0), at + len(text) + AROUND
    return f"{'…' if start else ''}{whole[start:end]}{'…' if end < len(whole) else ''}"


def _take_out(found: FoundText, text: str) -> bool:
    """Whether there was something: what another place took along is gone already."""
    place, row = found.place, found.row
    name = place.column.key
    db.session.flush()
    db.session.refresh(row)
    value = getattr(row, name)
    if without(value, text, place.blank) == value:
        return False
    if place.take is None:
        setattr(row, name, without(value, text, place.blank))
    else:
        place.take(row, text)
    code = found.code if found.code and present().has(found.code) else None
    record("text.blanked", f"{row.__tablename__}:{inspect(row).identity[-1]}", code, column=name)
    return True
