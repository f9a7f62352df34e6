"""Work that stands still, whatever it is of: what, whose, why, and how it is set going again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from service.platform.feature import Resumed, WorkKind, features
from service.platform.web.errors import NotFound
from service.platform.web.finding import find
from service.platform.work import leases, waking
from tenants.database import db

MAX_SHOWN = 100  # of each kind


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
    for what, shown in _kinds():
        model = what.model
        waits = and_(model.work_state == leases.DUE, model.fault.is_not(None))
        query = _rows(what).where(or_(model.work_state == leases.FAILED, waits))
        for row in db.session.scalars(query.order_by(model.work_state.desc(), model.due_from).limit(MAX_SHOWN)):
            gone = row.work_state == leases.FAILED
            about, detail = shown.about(row), row.last_error or ""
            next_try = None if gone else row.due_from
            yield Stuck(shown.word, shown.name, about, row.municipality_code, row.id, row.fault, detail, next_try)


def again(word: str, work_id: UUID) -> None:
    """Set a piece of work going again. Raises NotFound; harmless for one that does not stand still."""
    what, shown = next((kind for kind in _kinds() if kind[1].word == word), (None, None))
    if what is None or shown is None:
        raise NotFound
    row = find(_rows(what).where(what.model.id == work_id), lock=True)
    if leases.can_be_hurried(row):
        leases.again(row)
        wakeup = shown.wakeup(row)
        waking.wake(wakeup.function, *wakeup.arguments, queue=wakeup.queue)


def _kinds() -> Iterator[tuple[WorkKind, Resumed]]:
    return ((what, what.resumed) for what in features().works if what.resumed is not None)


def _rows(what: WorkKind) -> Select[Any]:
    """Its rows within reach."""
    return select(what.model) if what.only is None else select(what.model).where(what.only)
