"""Record the sessions that an answer tells of, by the operation that everyone uses."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_

from service.activity.activities import operations as activities
from service.activity.activities.lateness import LateWay
from service.activity.activities.models import ActivitySession
from service.activity.activities.queries import also_serves
from service.activity.activities.rules import of_people
from service.activity.checkins import queries, rules
from service.activity.checkins.models import CheckIn
from service.activity.checkins.queries import LineToAnswer
from service.activity.checkins.rules import MUNICIPALITIES, NUMBERS, Outcome
from service.platform.work import leases
from tenants.acting import acting_for
from tenants.database import transaction
from tenants.reach import clock


def record(code: str, checkin_id: UUID, lease_seconds: int) -> bool:
    """Record the sessions that an answer tells of, by the same operation as everyone. Returns whether this call did it."""
    key = and_(CheckIn.municipality_code == code, CheckIn.id == checkin_id)
    with acting_for(clock([code])):
        return leases.once(
            CheckIn,
            key,
            lease_seconds,
            lambda lease: _record(key, lease),
            "checkin_failed",
            municipality=code,
            checkin=str(checkin_id),
        )


def _record(key: ColumnElement[bool], lease: UUID) -> bool:
    """All of an answer's sessions in one transaction, which begins by checking that the lease still holds."""
    with transaction():
        row = leases.still_held(CheckIn, key, lease)
        if row is None:
            return False
        for line in queries.lines(row):
            if line.row.answer:
                line.row.session_id = _put(line)
        leases.done(row)
    return True


def _put(line: LineToAnswer) -> UUID:
    """The session of a line, recorded or changed. One that says the same already is left alone, so that it does not become late."""
    code = line.row.municipality_code
    found = queries.sessions_between(
        [line.row.activity_id], code, line.row.held_on, line.row.held_on + dt.timedelta(days=1)
    )
    given = _session_of(line, found[0].serves if found else also_serves(line.activity))
    if not found:
        return activities.record(line.row.activity_id, given, code, LateWay.REPORTED).id
    session = found[0]
    same = _same_municipalities(session, given) and all(
        (getattr(session, name) or 0) == (given[name] or 0) for name in ("cancelled", *NUMBERS)
    )
    if not same or (session.cancelled and (session.cancelled_why or None) != given["cancelled_why"]):
        activities.change(session.id, _with_rest(session, given), code, way=LateWay.REPORTED)
    return session.id


def _session_of(line: LineToAnswer, others: Collection[str]) -> dict[str, Any]:
    """What a line tells, as a session that serves those others too is sent.

    Where participants came from is left out if it is told of one more, as the choice was changed meanwhile: they have equal parts.
    """
    told = line.row.answer
    cancelled = told["state"] == Outcome.CANCELLED
    numbers = {name: None if cancelled else told.get(name) for name in NUMBERS}
    why = told.get("cancelled_why") if cancelled else None
    given = {"held_on": line.row.held_on, "cancelled": cancelled, "cancelled_why": why, **numbers}
    counted = None if cancelled else told.get(MUNICIPALITIES)
    if counted is None or not set(counted) <= {line.row.municipality_code, *others}:
        return given
    return given | {MUNICIPALITIES: _rows(of_people(told.get("adults") or 0, counted))}


def _rows(counted: Mapping[str, Sequence[int]]) -> list[dict[str, Any]]:
    """Adults and children by municipality, as a session is sent."""
    return [{"municipality_code": code, "adults": pair[0], "children": pair[1]} for code, pair in counted.items()]


def _same_municipalities(session: ActivitySession, given: Mapping[str, Any]) -> bool:
    """Whether the session says already where participants came from, or nothing is told of that."""
    if MUNICIPALITIES not in given:
        return True
    told = {row["municipality_code"]: row["adults"] + row["children"] for row in given[MUNICIPALITIES]}
    return Counter(told) == Counter(rules.people(session.by_municipality or {}))  # to which a 0 is as nothing


def _with_rest(session: ActivitySession, given: dict[str, Any]) -> dict[str, Any]:
    """What is sent, with what the consultant had told beyond it, as far as the two agree."""
    rest: dict[str, Any] = {}
    if all(getattr(session, name) == given[name] for name in ("minutes", "volunteers")):
        rest["volunteer_minutes"] = session.volunteer_minutes
    people = (given["adults"] or 0, given["children"] or 0)
    if (
        session.by_municipality
        and (session.adults, session.children) == people
        and _same_municipalities(session, given)
    ):
        rest[MUNICIPALITIES] = _rows(session.by_municipality)
    return given | rest
