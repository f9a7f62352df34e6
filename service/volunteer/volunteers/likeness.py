"""Who may be entered already: the same name, address of mail or number."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, true

from service.platform.web.search import words
from service.volunteer.volunteers import rules
from service.volunteer.volunteers.models import (
    Volunteer,
)
from service.volunteer.volunteers.queries import codes_of, roles
from service.volunteer.volunteers.rules import (
    Known,
    Likeness,
)
from tenants.calendar import day_of
from tenants.database import db, now


@dataclass(frozen=True, slots=True)
class Probable:
    """A volunteer who is probably the one that is being entered, and why."""

    volunteer: Volunteer
    why: tuple[Likeness, ...]


def probable(
    given: Mapping[str, Any], *, group_ids: Collection[UUID] = (), beside: UUID | None = None, most: int = 10
) -> list[Probable]:
    """Those who are probably the person `given` (fields of VolunteerFields), the likeliest first; `beside` is the person itself."""
    entered = Known(
        email=given.get("email") or "",
        digits=rules.phone_digits(given.get("phone") or ""),
        name_key=name_key(given["name"]),
        groups=frozenset(map(str, group_ids)),
        codes=frozenset(filter(None, [given.get("home_code")])),
    )
    candidates = [Volunteer.name_key == entered.name_key]
    candidates += [Volunteer.email == entered.email] if entered.email else []
    candidates += [Volunteer.phone_digits == entered.digits] if entered.digits else []
    other = true() if beside is None else Volunteer.id != beside
    query = select(Volunteer).where(or_(*candidates), other, Volunteer.erased_on.is_(None))
    rows = db.session.scalars(query.order_by(Volunteer.id).limit(200)).all()
    ids, today = [row.id for row in rows], day_of(now())
    held, codes = roles(ids, today), codes_of(ids, today)
    found = [
        Probable(
            row,
            rules.likeness(
                entered,
                Known(
                    row.email,
                    row.phone_digits,
                    row.name_key,
                    frozenset(str(each.group_id) for each in held[row.id]),
                    codes[row.id],
                ),
            ),
        )
        for row in rows
    ]
    return sorted((each for each in found if each.why), key=lambda each: -len(each.why))[:most]


def name_key(name: str) -> str:
    """What two spellings of a name share: its folded words, sorted."""
    return " ".join(sorted(words(name)))
