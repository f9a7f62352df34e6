"""How much is over its time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select

from service.platform.keeping import Retention
from tenants.database import db


def over(retentions: Sequence[Retention], moment: dt.datetime) -> list[int]:
    """How many rows of each are over their time at a moment, within the reach."""
    counts = (select(func.count()).select_from(each.model).where(each.over(moment)) for each in retentions)
    return list(db.session.execute(select(*(count.scalar_subquery() for count in counts))).one())
