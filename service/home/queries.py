"""The lists of the start pages."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from tenants.database import db
from tenants.models import ScopePeriod


def in_force_now(day: dt.date) -> dict[str, ScopePeriod]:
    """The periods in force on a day within reach, by municipality."""
    rows = db.session.scalars(select(ScopePeriod).where(ScopePeriod.valid_from <= day, ScopePeriod.valid_to > day))
    return {row.municipality_code: row for row in rows}
