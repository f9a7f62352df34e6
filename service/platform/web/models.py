"""What the shell itself remembers."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model
from tenants.ownership import Personal
from tenants.personal import Data, Holds


class IdempotentAnswer(Personal, Model):
    """The answer to an unsafe call of the API, kept a day: the same call with the same key gets it again."""

    __tablename__ = "idempotent_answers"
    __holds__ = Holds(Data.ANSWER)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    status: Mapped[int]
    body: Mapped[dict[str, Any]]
    created_at: Mapped[dt.datetime]
