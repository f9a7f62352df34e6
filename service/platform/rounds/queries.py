"""Reads of what is set aside, within the reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Select, select

from service.platform.rounds.models import SetAside, StepSetAside
from service.platform.rounds.rules import waits
from tenants.database import db, now


def set_aside() -> Select[SetAside]:
    """What is set aside in the municipalities, to be listed by page."""
    return select(SetAside)


def steps_set_aside() -> Sequence[StepSetAside]:
    """The steps of the whole country that are set aside."""
    return db.session.scalars(select(StepSetAside).order_by(StepSetAside.since, StepSetAside.step)).all()


def retries(step: str) -> dict[str, dt.datetime]:
    """The municipalities in which a step is set aside, and when each is tried again."""
    rows = db.session.execute(select(SetAside.municipality_code, SetAside.retry_at).where(SetAside.step == step))
    return {row.municipality_code: row.retry_at for row in rows}


def left_alone(step: str) -> frozenset[str]:
    """The municipalities in which a step is set aside and not to be tried yet."""
    moment = now()
    return frozenset(code for code, retry_at in retries(step).items() if waits(retry_at, moment))
