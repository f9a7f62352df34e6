"""The one row that was asked for, or 404: what does not exist and what the asker does not see look the same."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import Select

from service.platform.web.errors import NotFound
from tenants.database import db, held

Row = TypeVar("Row")


def find(query: Select[Row], *, lock: bool = False) -> Row:
    """The one row of a query, held until the transaction ends where it is to be changed. Raises NotFound when there is none."""
    found = db.session.scalar(held(query) if lock else query)
    if found is None:
        raise NotFound
    return found
