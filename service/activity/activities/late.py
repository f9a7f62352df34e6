"""Sessions that change after their month is closed: each change is entered. What may be told of it, `telling` tells.

In the transaction that writes the sessions, by the one way that they are written (`bulk`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from flask import has_request_context
from sqlalchemy import Select, select, text, tuple_

from service.activity.activities import lateness, totals
from service.activity.activities.lateness import LateDifference, LateWay, Part, Through
from service.activity.activities.models import ClosedMonth, LateEntry, SessionPart
from service.activity.activities.rules import COUNTS, Included
from service.platform.web.identity import Role, somebody
from service.platform.work import rows
from tenants.database import db, now, uuid7
from tenants.reach import present

PART = ("municipality_code", "session_id", "activity_type", "group_id", "held_on", "cancelled", *COUNTS)
_CHANGE = text(
    "SELECT pg_advisory_xact_lock_shared(hashtext('closed_months'), CAST(code AS integer)) FROM unnest(CAST(:codes AS text[])) AS code"
)
_CLOSE = text(
    "SELECT pg_advisory_xact_lock(hashtext('closed_months'), CAST(code AS integer)) FROM unnest(CAST(:codes AS text[])) AS code"
)


def parts_of(session_ids: Collection[UUID]) -> list[dict[str, Any]]:
    """What each municipality has of some sessions, before they are changed."""
    query = select(*(getattr(SessionPart, name) for name in PART)).where(SessionPart.session_id.in_(session_ids))
    return [dict(row._mapping) for row in db.session.execute(query)]  # noqa: SLF001 - the row as a mapping


def hold_back(*codes: str) -> None:
    """Let nobody change a session of municipalities until this transaction, which closes a month of theirs or tells it, is over."""
    db.session.execute(_CLOSE, {"codes": sorted(codes)})


def follow(before: Sequence[Part], after: Sequence[Part], way: LateWay) -> None:
    """Enter what sessions whose parts were as `before` and are written as `after` change in months that are closed."""
    months = {lateness.month_of(part) for part in (*before, *after)}
    if not months:
        return
    # A month that is being closed is closed by the next line, or begins to be after this transaction.
    db.session.execute(_CHANGE, {"codes": sorted({code for code, _month in months})})
    key = tuple_(ClosedMonth.municipality_code, ClosedMonth.month)
    closed = {tuple(row) for row in db.session.execute(select(*key.clauses).where(key.in_(months)))}
    if changed := [each for each in lateness.differences(before, after) if each.place[:2] in closed]:
        _enter(changed, way)


def _enter(changed: Sequence[LateDifference], way: LateWay) -> None:
    identity = somebody() if has_request_context() else None
    role = next((each for each in (Role.SECRETARIAT, Role.CONSULTANT) if identity and identity.has(each)), "")
    by = {"way": way, "office": present().office, "role": role, "at": now()}
    rows.add(LateEntry, [{"id": uuid7(), **each.place._asdict(), "differences": each.counts, **by} for each in changed])


def entries(code: str | None = None, month: dt.date | None = None) -> Select[LateEntry]:
    """The late entries of a municipality, or of all, and of a month or of all, to be listed by page."""
    query = select(LateEntry)
    if code is not None:
        query = query.where(LateEntry.municipality_code == code)
    return query if month is None else query.where(LateEntry.month == month)


def counting(code: str, months: Sequence[dt.date]) -> dict[dt.date, list[LateEntry]]:
    """The late entries of some of a municipality's months, in order, of the types that the scopes in force in it let count."""
    closed = totals.closed_months(code, months[0], months[-1])
    kept = {month: Included.from_plain(row.included) for month, row in closed.items() if row.included is not None}
    found: dict[dt.date, list[LateEntry]] = {month: [] for month in months}
    query = entries(code).where(LateEntry.month.in_(months))
    for row in db.session.scalars(query.order_by(LateEntry.id)):
        if row.month in kept and kept[row.month].counts(row.activity_type):
            found[row.month].append(row)
    return found


def through_of(rows: Sequence[LateEntry]) -> Through:
    """Through what those late entries came."""
    return lateness.through([(LateWay(row.way), row.group_id) for row in rows])
