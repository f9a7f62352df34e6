"""What is set aside: a step in one municipality, or a step of the whole country, since when and why."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model
from tenants.ownership import National, Owned
from tenants.personal import Holds, nobodys

CAUSES = "cause IN ('unreadable', 'database', 'fault')"


class Kept:
    """Why, since when and how often in a row. The row is gone as soon as the step goes well again."""

    __holds__ = Holds(**nobodys("detail"))

    cause: Mapped[str]
    detail: Mapped[str]  # where in the code, for the one who mends it: never what a person has written
    since: Mapped[dt.datetime]
    times: Mapped[int]
    retry_at: Mapped[dt.datetime]


class SetAside(Owned, Kept, Model):
    """A step that is set aside in one municipality."""

    __tablename__ = "set_aside"
    __holds__ = Holds(**nobodys("step"))
    __drc_only__ = True
    __table_args__ = (
        Index("uq_set_aside_once", "municipality_code", "step", unique=True),
        CheckConstraint(CAUSES, name="cause"),
        CheckConstraint("times >= 0", name="times"),
    )

    step: Mapped[str]


class StepSetAside(National, Kept, Model):
    """A step of the whole country that is set aside."""

    __tablename__ = "steps_set_aside"
    __holds__ = Holds(**nobodys("step"))
    __table_args__ = (CheckConstraint(CAUSES, name="cause"), CheckConstraint("times >= 0", name="times"))

    step: Mapped[str] = mapped_column(primary_key=True)
