"""Reads of which backups were made."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select

from service.platform.backups.models import Backup
from tenants.database import db


def newest() -> dt.datetime | None:
    """The moment that the newest backup holds, or None where none was ever made."""
    return db.session.scalar(select(func.max(Backup.made_at)))
