"""Work that stands still, whatever it is of: what, whose, why, and how it is set going again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, or_, select

from service.activities.models import Activity
from service.agreements import operations as agreements
from service.agreements.models import Agreement
from service.agreements.rules import State
from service.checkins import operations as checkins
from service.checkins.models import CheckIn
from service.declarations import operations as declarations
from service.declarations.models import Declaration
from service.drift import operations as drift
from service.drift.models import DriftPaper
from service.notices import operations as notices
from service.notices.models import Notice
from service.posters import operations as posters
from service.posters.models import Poster
from service.posters.queries import latest
from service.statements import operations as statements
from service.statements.models import Statement
from service.web.errors import NotFound
from service.work import doorbell, leases
from service.work.doorbell import Bell
from tenants.calendar import month_name
from tenants.database import db

MAX_SHOWN = 100  # of each kind


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work: what it is called, what one of it is about, and the bell that wakes a worker for it."""

    model: Any
    name: Any
    about: Callable[[Any], str]
    bell: Callable[[Any], Bell]
    only: Any = None

    def rows(self) -> Select[Any]:
        """Its rows within reach."""
        return select(self.model) if self.only is None else select(self.model).where(self.only)


def _by_id(job: str) -> Callable[[Any], Bell]:
    return lambda row: Bell(job, (row.municipality_code, str(row.id)))


def _activity(poster: Poster) -> str:
    return db.session.get_one(Activity, (poster.municipality_code, poster.activity_id)).name


KINDS: Mapping[str, Kind] = {
    "opgoerelse": Kind(
        Statement,
        _l("Monthly statement"),
        lambda row: format_date(row.month, "MMMM y"),
        lambda row: Bell(statements.JOB, (row.municipality_code, month_name(row.month), row.revision)),
    ),
    "aftale": Kind(
        Agreement,
        _l("Agreement"),
        lambda row: row.number,
        _by_id(agreements.PAPER),
        Agreement.state == State.PREPARING,
    ),
    "checkin": Kind(
        CheckIn,
        _l("Check-in"),
        lambda row: f"{row.group_name}, {format_date(row.month, 'MMMM y')}",
        _by_id(checkins.JOB),
    ),
    "erklaering": Kind(
        Declaration, _l("Declaration"), lambda row: f"{row.group_name}, {row.year}", _by_id(declarations.JOB)
    ),
    "papir": Kind(DriftPaper, _l("Paper for a meeting"), lambda row: row.number, _by_id(drift.MAKE)),
    "plakat": Kind(Poster, _l("Poster"), _activity, _by_id(posters.JOB), latest()),
    "mail": Kind(
        Notice,
        _l("Mail"),
        lambda row: f"{row.subject} ({row.recipient})",
        lambda row: notices.bell(row.municipality_code, row.id),
    ),
}


@dataclass(frozen=True, slots=True)
class Stuck:
    """A piece of work that stands still."""

    kind: str
    name: Any
    about: str
    municipality_code: str
    id: UUID
    fault: str | None
    detail: str
    next_try: dt.datetime | None  # None where it was given up


def found() -> Iterator[Stuck]:
    """What stands still within reach: what was given up, then what waits since a try went wrong."""
    for kind, what in KINDS.items():
        model = what.model
        waits = and_(model.work_state == leases.DUE, model.fault.is_not(None))
        query = what.rows().where(or_(model.work_state == leases.FAILED, waits))
        for row in db.session.scalars(query.order_by(model.work_state.desc(), model.due_from).limit(MAX_SHOWN)):
            gone = row.work_state == leases.FAILED
            about, detail = what.about(row), row.last_error or ""
            next_try = None if gone else row.due_from
            yield Stuck(kind, what.name, about, row.municipality_code, row.id, row.fault, detail, next_try)


def again(kind: str, work_id: UUID) -> None:
    """Set a piece of work going again. Raises NotFound; harmless for one that does not stand still."""
    what = KINDS.get(kind)
    if what is None:
        raise NotFound
    row = db.session.scalar(what.rows().where(what.model.id == work_id).with_for_update())
    if row is None:
        raise NotFound
    if leases.can_be_hurried(row):
        leases.again(row)
        bell = what.bell(row)
        doorbell.ring(bell.function, *bell.arguments, queue=bell.queue)
