"""Sessions, each municipality's part of them, and the figures by month.

A single session's counts are DRC's: by so small a number a person could be recognised. A municipality's key reads null
there, and has the figures by month, in which small counts are kept back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.activity.activities import operations, queries, totals
from service.activity.activities.api import scopes
from service.activity.activities.disclosure import MonthFigures
from service.activity.activities.models import Activity, ActivitySession, SessionPart
from service.activity.activities.rules import MonthTotals
from service.activity.activities.schemas import Counting, NewSession
from service.activity.activities.session_items import (
    CountingItem,
    FigureItem,
    FigureQuery,
    NationalItem,
    SessionItem,
    SessionQuery,
    SessionSent,
)
from service.platform.web.api import listed, pages_of, resource, within
from service.platform.web.errors import Invalid
from service.platform.web.etags import seen
from service.platform.web.fields import whole
from service.platform.web.finding import find
from service.platform.web.idempotency import once
from service.platform.web.identity import me
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.platform.web.versions import version_of
from tenants.calendar import day_of, first_of, month_after, month_before, month_name, months_back
from tenants.database import now
from tenants.scope import Capability

bp = resource("sessions", __name__, "What was held, each municipality's part of it, and the figures by month.")
MOST_MONTHS = 120
ANYBODYS = ("id", "municipality_code", "activity_id", "held_on", "cancelled")


@bp.get("/activities/<uuid:activity_id>/counting")
@permit.drc
@bp.response(200, CountingItem)
def counting(activity_id: UUID) -> Any:
    """Read how an activity's sessions are counted."""
    return _counting(queries.activity(activity_id))


@bp.put("/activities/<uuid:activity_id>/counting")
@permit.drc
@once
@bp.arguments(whole(Counting))
@bp.response(200, CountingItem)
def set_counting(given: dict[str, Any], activity_id: UUID) -> Any:
    """Say which other municipalities an activity serves, and whether women and men are counted, from the next session on."""
    return _counting(operations.set_counting(activity_id, given["serves"], given["asks_women_men"], seen=seen()))


@bp.get("/sessions")
@permit.signed_in
@bp.arguments(SessionQuery, location="query")
@bp.response(200, pages_of(SessionItem))
def sessions(asked: dict[str, Any]) -> Any:
    """List the sessions of the activities that one sees. For a municipality those too that served it and belong to another."""
    drc = me().drc
    table: Any = ActivitySession if drc else SessionPart
    query: Any = queries.sessions() if drc else queries.parts_in_sight(scopes())
    if code := within(asked["municipality_code"]):
        query = query.where(table.municipality_code == code)
    if asked["activity_id"]:
        query = query.where(table.activity_id == asked["activity_id"])
    if asked["first"]:
        query = query.where(table.held_on >= asked["first"])
    if asked["last"]:
        query = query.where(table.held_on <= asked["last"])
    keys = [table.municipality_code, table.held_on, table.id if drc else table.session_id]
    page = page_of(query, keys, asked["cursor"], asked["limit"])
    items = _sessions(page.items) if drc else [_part(row) for row in page.items]
    return listed(items, page.cursor, asked["limit"])


@bp.get("/sessions/<uuid:session_id>")
@permit.signed_in
@bp.response(200, SessionItem)
def session(session_id: UUID) -> Any:
    """Read a session."""
    if me().drc:
        return _sessions([queries.session(session_id)])[0]
    return _part(find(queries.parts_in_sight(scopes()).where(SessionPart.session_id == session_id).limit(1)))


@bp.post("/sessions")
@permit.drc
@once
@bp.arguments(SessionSent)
@bp.response(201, SessionItem)
def record(given: dict[str, Any]) -> Any:
    """Record one time that an activity was held or cancelled."""
    return _sessions([operations.record(given["activity_id"], given)])[0]


@bp.put("/sessions/<uuid:session_id>")
@permit.drc
@once
@bp.arguments(whole(NewSession))
@bp.response(200, SessionItem)
def change(given: dict[str, Any], session_id: UUID) -> Any:
    """Give a session what is sent in place of what was recorded. After its month is closed it is marked late, and entered as late."""
    return _sessions([operations.change(session_id, given, seen=seen())])[0]


@bp.delete("/sessions/<uuid:session_id>")
@permit.drc
@once
@bp.response(204)
def remove(session_id: UUID) -> ResponseReturnValue:
    """Take away a session that was recorded by mistake. After its month is closed that is entered as late."""
    operations.remove(session_id)
    return "", 204


@bp.get("/figures")
@permit.drc
@bp.arguments(FigureQuery, location="query")
@bp.response(200, pages_of(NationalItem))
def national_figures(asked: dict[str, Any]) -> Any:
    """Read the figures of all of Denmark by month and activity type, nothing counted twice."""
    months = _months(asked, asked["last"] or month_before(first_of(day_of(now()))))
    found = totals.held_nationally(months[0], months[-1])
    return listed([_national(row) for row in found], None, max(len(found), 1))


@bp.get("/municipalities/<municipality_code>/figures")
@permit.capability(Capability.FIGURES)
@bp.arguments(FigureQuery, location="query")
@bp.response(200, pages_of(FigureItem))
def figures(asked: dict[str, Any], municipality_code: str) -> Any:
    """Read a municipality's figures by month, as its statements have them; for itself of months that are closed, by their statement."""
    if me().drc:
        months = _months(asked, asked["last"] or month_before(first_of(day_of(now()))))
        found = totals.figures(municipality_code, months)
    else:
        # A month that is not closed, read today and tomorrow, would tell the persons of one session.
        closed = totals.last_closed(municipality_code)
        if asked["last"] and (closed is None or asked["last"] > closed):
            raise Invalid({"to": [_("The month is not closed. Its figures come with its statement.")]})
        months = _months(asked, asked["last"] or closed) if closed else []
        found = totals.figures(municipality_code, months, closed_alone=True) if months else []
    return listed([answer_of(municipality_code, row) for row in found], None, max(len(months), 1))


def _months(asked: dict[str, Any], last: dt.date) -> list[dt.date]:
    """The months asked for, up to `last`. Raises Invalid when they are none or too many."""
    first = asked["first"] or months_back(last, 13)[0]
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if not 1 <= count <= MOST_MONTHS:
        raise Invalid({"from": [_("Ask for 1 to %(most)s months, the first one first.", most=MOST_MONTHS)]})
    return [month_after(first, n) for n in range(count)]


def _counting(row: Activity) -> dict[str, Any]:
    sent = operations.counting_as_sent(row)
    return {**sent, "id": row.id, "version": version_of(sent)}


def _sessions(rows: Sequence[ActivitySession]) -> list[dict[str, Any]]:
    parts, late = queries.parts_of([row.id for row in rows]), queries.late(rows)
    sent = {row.id: operations.as_sent(row) for row in rows}
    return [
        {
            **{name: getattr(row, name) for name in (*ANYBODYS, "recorded_at", "changed_at")},
            **sent[row.id],
            "activity_type": next((part.activity_type for part in parts[row.id]), None),
            "version": version_of(sent[row.id]),
            "shared": bool(row.serves),
            "parts": parts[row.id],
            "late": row.id in late,
        }
        for row in rows
    ]


def _part(row: SessionPart) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in (*ANYBODYS, "activity_type", "shared")}
    return {**dict.fromkeys(SessionItem().fields), **shown, "id": row.session_id}


def _national(row: MonthTotals) -> dict[str, Any]:
    return {"id": f"{month_name(row.month)}-{row.activity_type}", "month": row.month, **row.to_plain()}


def answer_of(code: str, row: MonthFigures) -> dict[str, Any]:
    """A municipality's month as it is answered."""
    return {
        "id": f"{code}-{month_name(row.month)}",
        "municipality_code": code,
        "month": row.month,
        "sessions": row.sessions,
        "cancelled": row.cancelled,
        "volunteer_hours": row.volunteer_hours,
        "attendances": row.attendances,
        "volunteer_attendances": row.volunteer_attendances,
        "by_type": [
            {
                "activity_type": kind,
                "sessions": row.sessions_by_type[kind],
                "cancelled": row.cancelled_by_type[kind],
                "attendances": row.attendances_by_type[kind],
                "volunteer_attendances": row.volunteer_attendances_by_type[kind],
            }
            for kind in sorted(row.sessions_by_type)
        ],
        "who": row.who,
        "followed": list(row.followed),
    }
