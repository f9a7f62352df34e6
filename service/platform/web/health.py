"""Whether the service is alive, and whether it is ready."""

from __future__ import annotations

import time

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from redis.exceptions import RedisError
from rq import Worker
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from service.platform.web.errors import when_again
from service.platform.web.permits import permit
from service.platform.work import counters, waking
from tenants import schema
from tenants.database import db

bp = Blueprint("health", __name__)
LOOK_SECONDS = 60.0  # between two looks at the whole schema
TIMETABLE_BEAT = "partnerskab:timetable"


@bp.get("/healthz")
@permit.unasked
def alive() -> ResponseReturnValue:
    """Alive: this process answers, whatever it depends on."""
    return jsonify(status="ok")


@bp.get("/readyz")
@permit.public
def ready() -> ResponseReturnValue:
    """Ready: what the service depends on, one by one; 503 when the database, its migrations or its walls are not right."""
    found = standing()
    good = found["database"] == "ok" and found["migrations"] in ("ok", "ahead") and found["walls"] in ("ok", "open")
    status = 200 if good else 503
    return jsonify(status="ok" if good else "unavailable", **found), status, when_again(status)


def standing() -> dict[str, str]:
    """How what the service depends on is, one by one: `ok`, or what is wrong with it."""
    return {"database": _database(), "migrations": _migrations(), "walls": _walls(), **_redis()}


def _database() -> str:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return "unreachable"
    return "ok"


def _migrations() -> str:
    """Whether the schema is that of this code: `behind` it, `ahead` of it with all that it stands on, or `different`."""
    looked = current_app.extensions.setdefault("looked", {})  # by revision: when, and what was found
    try:
        here = db.session.execute(text("SELECT app.schema_version()")).scalar()
        at, found = looked.get(here, (-LOOK_SECONDS, ""))
        if time.monotonic() - at >= LOOK_SECONDS:
            found = _compared(here)
            looked[here] = time.monotonic(), found
    except SQLAlchemyError:
        db.session.rollback()
        return "missing"
    return str(found)


def _compared(here: str | None) -> str:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    lineage = [script.revision for script in reversed(list(scripts.walk_revisions()))]
    if here in lineage[:-1]:
        return "behind"
    should = schema.wanted(lineage)
    facts = schema.read(db.session.connection(), current_app.extensions["settings"].service_role)
    if here == lineage[-1]:
        return "different" if schema.differences(should, facts) else "ok"
    return "ahead" if schema.shape(should) <= facts else "different"


def _walls() -> str:
    """Whether what PostgreSQL is told counts: `deaf` where it knows another SECRET_KEY, `open` where it asks for none yet."""
    try:
        told, left_open = db.session.execute(text("SELECT app.office() IS NOT NULL, app.left_open()")).one()
    except SQLAlchemyError:
        db.session.rollback()
        return "missing"
    return "open" if left_open else "ok" if told else "deaf"


def _redis() -> dict[str, str]:
    try:
        redis = waking.connection()
        beat = redis.get(TIMETABLE_BEAT)
        workers = Worker.all(connection=redis)
    except RedisError:
        return {"redis": "unreachable", "worker": "unknown", "timetable": "unknown"}
    fresh = beat is not None and time.time() - float(beat) < 180
    return {"redis": "ok", "worker": "ok" if workers else "missing", "timetable": "ok" if fresh else "missing"}


@bp.after_app_request
def count(response: Response) -> Response:
    """Count each answer by its route, never by its address, and by its status."""
    route = request.url_rule.rule if request.url_rule else "none"
    counters.here().add((counters.REQUESTS, route, str(response.status_code)))
    return response
