"""Do a step of the rounds, and set aside what raises: one municipality, or a step of the whole country, and nothing else.

A step is done for all municipalities in one transaction, which is what it costs as long as all goes well. Only where that raises is
it done for one at a time, each in its own reach and transaction. Who then raises is left out of the next rounds and tried alone,
after pauses that grow. What is set aside is a row, so a database that is away sets nothing aside: it raises, and the next round goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from traceback import walk_tb
from typing import Any
from uuid import UUID

import structlog
from redis.exceptions import RedisError
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DataError, SQLAlchemyError

from service.platform.feature import Step
from service.platform.rounds import queries
from service.platform.rounds.models import SetAside, StepSetAside
from service.platform.rounds.rules import AsideCause, pause, waits
from service.platform.web.finding import find
from tenants.acting import acting_for
from tenants.database import db, now, transaction, uuid7
from tenants.reach import clock
from tenants.register import all_codes
from tenants.stored import Unreadable

log = structlog.get_logger()
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, DataError)


def run(step: Step) -> list[Any]:
    """Do a step for everybody who is not set aside or is to be tried again. Returns what it said, once or for each.

    Raises only when the database does not even take what is to be set aside, or when Redis does not answer.
    """
    with acting_for(clock()), transaction():
        codes = all_codes()
    if step.national:
        return _for_the_country(step, codes)
    with acting_for(clock(codes)), transaction():
        aside = queries.retries(step.name)
    moment = now()
    tried = sorted(code for code, retry_at in aside.items() if not waits(retry_at, moment))
    return [*_for_all(step, codes - aside.keys()), *_for_each(step, tried)]


def _for_all(step: Step, codes: frozenset[str]) -> list[Any]:
    if not codes:
        return []
    try:
        with acting_for(clock(codes)), transaction():
            return [step.do()]
    except RedisError:
        raise
    except Exception as error:
        log.warning("step_one_at_a_time", step=step.name, error=_detail(error))
    return _for_each(step, sorted(codes))


def _for_each(step: Step, codes: list[str]) -> list[Any]:
    return [said for code in codes for said in alone(step.name, code, step.do)]


def alone(name: str, code: str, do: Callable[[], Any]) -> list[Any]:
    """Do a step's work for one municipality. Returns what it said, or nothing when it raised and is set aside."""
    with _setting_aside(SetAside, name, code), acting_for(clock([code])), transaction():
        said = do()
        db.session.execute(delete(SetAside).where(SetAside.municipality_code == code, SetAside.step == name))
        return [said]
    return []  # it raised


def _for_the_country(step: Step, codes: frozenset[str]) -> list[Any]:
    with acting_for(clock()), transaction():
        kept = db.session.get(StepSetAside, step.name)
        if kept is not None and waits(kept.retry_at, now()):
            return []
    with _setting_aside(StepSetAside, step.name), acting_for(clock(codes)), transaction():
        said = step.do()
        db.session.execute(delete(StepSetAside).where(StepSetAside.step == step.name))
        return [said]
    return []  # it raised


@contextmanager
def _setting_aside(model: Any, name: str, code: str | None = None) -> Iterator[None]:
    """Keep what is raised inside with the municipality, or with the step where there is none, and go on."""
    try:
        yield
    except RedisError:  # away, and nobody's fault: the next round asks again
        raise
    except Exception as error:
        detail, moment = _detail(error), now()
        log.error("set_aside", step=name, municipality=code, error=detail, trace=_trace(error))
        whose = {"municipality_code": code, "id": uuid7()} if code else {}
        first = {"cause": AsideCause.FAULT, "detail": "", "since": moment, "times": 0, "retry_at": moment}
        with acting_for(clock([code] if code else [])), transaction():
            db.session.execute(insert(model).values(step=name, **whose, **first).on_conflict_do_nothing())
            row = db.session.scalars(select(model).where(_key(model, name, code)).with_for_update()).one()
            row.times += 1
            row.cause, row.detail, row.retry_at = _cause(error), detail, moment + pause(row.times)


def _key(model: Any, name: str, code: str | None) -> ColumnElement[bool]:
    step: ColumnElement[bool] = model.step == name
    return step if code is None else (model.municipality_code == code) & step


def _cause(error: Exception) -> AsideCause:
    if isinstance(error, UNREADABLE):
        return AsideCause.UNREADABLE
    return AsideCause.DATABASE if isinstance(error, SQLAlchemyError) else AsideCause.FAULT


def _trace(error: BaseException) -> list[str]:
    """Where in our own code it was raised, from the outside in. No message and no value: they can hold what people wrote."""
    frames = ((frame, line) for frame, line in walk_tb(error.__traceback__))
    return [
        f"{module}:{line} {frame.f_code.co_qualname}"
        for frame, line in frames
        if (module := frame.f_globals.get("__name__", "")).startswith(("service.", "tenants.")) and module != __name__
    ]


def _detail(error: BaseException) -> str:
    kind = type(getattr(error, "orig", None) or error).__name__
    said = f": {error}" if isinstance(error, Unreadable) else ""
    return f"{kind}{said} ({next(reversed(_trace(error)), 'outside our own code')})"[:500]


def again(aside_id: UUID, code: str) -> SetAside:
    """Let the next round try what is set aside in a municipality. Raises NotFound."""
    row = find(select(SetAside).where(SetAside.municipality_code == code, SetAside.id == aside_id))
    row.retry_at = now()
    return row


def again_for_the_country(name: str) -> StepSetAside:
    """Let the next round try a step of the whole country. Raises NotFound."""
    row = find(select(StepSetAside).where(StepSetAside.step == name))
    row.retry_at = now()
    return row
