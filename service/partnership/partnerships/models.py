"""Drafts of scopes."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model
from tenants.ownership import Owned
from tenants.personal import Data, Holds


class ScopeDraft(Owned, Model):
    """The scope that DRC is drafting for a municipality; one at a time. The municipality's own people do not see it."""

    __tablename__ = "scope_drafts"
    __holds__ = Holds(form=Data.CONTACT, parts=Data.CONTACT, scope=Data.CONTACT, changed_by=Data.DOER)
    __drc_only__ = True
    __table_args__ = (Index("uq_scope_drafts_one", "municipality_code", unique=True),)

    form: Mapped[dict[str, Any]]  # as typed, whole or not: nothing typed is lost
    parts: Mapped[dict[str, Any]] = mapped_column(
        server_default="{}"
    )  # by part: whether it is begun, its texts looked at again, and what it was before. None: written whole
    stored_scope: Mapped[dict[str, Any] | None] = mapped_column("scope")  # the scope it means, when nothing is missing
    changed_by: Mapped[UUID]
    changed_at: Mapped[dt.datetime]
