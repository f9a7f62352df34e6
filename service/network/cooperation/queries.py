"""Reads of cooperation agreements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from service.network.cooperation.models import CooperationAgreement
from service.platform.web.finding import find
from tenants.database import db


def of_group(group_id: UUID) -> Sequence[CooperationAgreement]:
    """A group's agreements, newest first."""
    row = CooperationAgreement
    return db.session.scalars(select(row).where(row.group_id == group_id).order_by(row.starts_on.desc())).all()


def agreement(group_id: UUID, agreement_id: UUID) -> CooperationAgreement:
    """An agreement of a group. Raises NotFound."""
    row = CooperationAgreement
    return find(select(row).where(row.id == agreement_id, row.group_id == group_id))


def holding(day: dt.date) -> ColumnElement[bool]:
    """Whether an agreement holds on a day, as `rules.holds`."""
    row = CooperationAgreement
    return (row.starts_on <= day) & or_(row.ends_on.is_(None), row.ends_on >= day)
