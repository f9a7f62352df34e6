"""Check-ins. DRC's alone: a line counts a single session."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from service.activity.activities.schemas import having
from service.activity.checkins import operations, queries, rules, stories
from service.activity.checkins.models import CheckIn
from service.activity.checkins.queries import LineToAnswer
from service.activity.checkins.rules import EACH, MUNICIPALITIES, NUMBERS
from service.activity.checkins.schemas import AnswerSent, CheckInQuery
from service.platform.web.api import Item, MonthName, listed_page, pages_of, resource, within
from service.platform.web.idempotency import once
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from tenants.calendar import day_of
from tenants.database import now

bp = resource("check-ins", __name__, "What groups are asked to tell of a month, and who has not answered.")


class CameFrom(Item):
    """How many participants came from a municipality that a session serves; null was not told."""

    municipality_code = fields.String()
    participants = fields.Integer(allow_none=True)


@having({name: fields.Integer(allow_none=True) for name in NUMBERS})
class _Numbers:
    """What is told in numbers."""


class _AboutLine(Item):
    """What a line says beside its numbers."""

    id = fields.UUID()
    activity_id = fields.UUID()
    held_on = fields.Date()
    session_id = fields.UUID(allow_none=True)
    state = fields.String(allow_none=True)
    cancelled_why = fields.String(allow_none=True)


class LineItem(_Numbers, _AboutLine):
    """One session that a check-in asks of, and what was told of it; null was not told."""

    municipalities = fields.List(
        fields.Nested(CameFrom),
        metadata={
            "description": "Those that the session serves, where they are several; not told, they have equal parts."
        },
    )


class CheckInItem(Item):
    """What a group is asked to tell of a month in a municipality."""

    id = fields.UUID()
    municipality_code = fields.String()
    group_id = fields.UUID()
    month = MonthName()
    asked_at = fields.AwareDateTime()
    reminders = fields.Integer()
    answered_at = fields.AwareDateTime(allow_none=True)
    closes_on = fields.Date(metadata={"description": "The last day on which an answer is in time for the statement."})
    recorded = fields.Boolean(metadata={"description": "Whether all that was sent is recorded as sessions."})


class CheckInWhole(CheckInItem):
    """A check-in with its lines and its story."""

    status = fields.String(metadata={"enum": [state.value for state in rules.CheckInState]})
    story = fields.String()
    story_print = fields.Boolean(
        metadata={"description": "Whether the group lets the story be printed on the municipality's statement."}
    )
    lines = fields.List(fields.Nested(LineItem))


@bp.get("/check-ins")
@permit.drc
@bp.arguments(CheckInQuery, location="query")
@bp.response(200, pages_of(CheckInItem))
def checkins(asked: dict[str, Any]) -> Any:
    """List the check-ins within reach, of one month or of all."""
    query = queries.checkins(within(asked["municipality_code"]), asked["month"])
    keys = [CheckIn.municipality_code, CheckIn.month, CheckIn.id]
    return listed_page(page_of(query, keys, asked["cursor"], asked["limit"]), asked["limit"], _item)


@bp.get("/check-ins/<uuid:checkin_id>")
@permit.drc
@bp.response(200, CheckInWhole)
def checkin(checkin_id: UUID) -> Any:
    """Read a check-in."""
    return _whole(queries.checkin(checkin_id))


@bp.post("/check-ins/<uuid:checkin_id>/answer")
@permit.drc
@once
@bp.arguments(AnswerSent)
@bp.response(200, CheckInWhole)
def answer(given: dict[str, Any], checkin_id: UUID) -> Any:
    """Answer for the group, as by phone. A line left out stays as it was, and so does a story, with what may be done with it; the sessions
    are recorded within seconds.
    """
    row = queries.checkin(checkin_id)
    told = {line["id"]: {name: line[name] for name in (*EACH, MUNICIPALITIES)} for line in given["lines"]}
    story = {name: given[name] for name in ("story", "story_consent", "story_print")}
    if not story["story"]:
        story = {**stories.as_sent(row), "story_consent": bool(row.story)}
    return _whole(operations.answer(checkin_id, told, story))


def _item(row: CheckIn) -> dict[str, Any]:
    names = ("id", "municipality_code", "group_id", "month", "asked_at", "reminders", "answered_at")
    return {
        **{name: getattr(row, name) for name in names},
        "closes_on": rules.closes_on(row.month),
        "recorded": row.work_state == "done" and row.answered_at is not None,
    }


def _whole(row: CheckIn) -> dict[str, Any]:
    lines = queries.lines(row)
    told = [(line.row.held_on, line.row.answer) for line in lines]
    return {
        **_item(row),
        "status": rules.state(told, row.answered_at is not None, row.month, day_of(now())),
        "story": row.story,
        "story_print": stories.printable(row),
        "lines": [_line(line) for line in lines],
    }


def _line(line: LineToAnswer) -> dict[str, Any]:
    row = line.row
    own = {"id": row.id, "activity_id": row.activity_id, "held_on": row.held_on, "session_id": row.session_id}
    told = row.answer.get(MUNICIPALITIES, {})
    served = [{"municipality_code": code, "participants": told.get(code)} for code in line.serves]
    return own | {name: row.answer.get(name) for name in EACH} | {MUNICIPALITIES: served}
