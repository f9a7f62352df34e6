"""Groups without a cooperation agreement, and agreements that end, as lines of the Monday list."""

from __future__ import annotations

import datetime as dt

from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from service.network.cooperation import queries as cooperation
from service.network.cooperation.models import CooperationAgreement
from service.network.networks.models import Group, GroupArea, GroupStatusChange
from service.network.networks.rules import GroupStatus
from service.partnership.agreements.rules import ENDS_WITHIN
from service.platform.lines import LineGroup, Lines, TaskSource, alone, four, noted


def without(today: dt.date) -> Lines:
    """The active groups that no cooperation agreement holds for: since the last one ended, or where none was since they are here."""
    row, step = CooperationAgreement, GroupStatusChange
    last = select(func.max(row.ends_on)).where(row.group_id == Group.id, row.starts_on <= today).scalar_subquery()
    first = select(func.min(step.valid_from)).where(step.group_id == Group.id).scalar_subquery()
    held = select(row.id).where(row.group_id == Group.id, cooperation.holding(today))
    since = func.coalesce(last, first, today)
    lacking = four(GroupArea.municipality_code, since, Group.id, Group.name).join(Group, Group.id == GroupArea.group_id)
    return lacking.where(GroupArea.home.is_(True), Group.status == GroupStatus.ACTIVE, ~held.exists())


def ending(today: dt.date) -> Lines:
    """The cooperation agreements of active groups that end within 90 days and that nothing follows."""
    row, next_one = CooperationAgreement, aliased(CooperationAgreement)
    later = select(next_one.id).where(next_one.group_id == row.group_id, next_one.starts_on > row.starts_on)
    ends = four(GroupArea.municipality_code, row.ends_on, Group.id, Group.name)
    return (
        ends.join(Group, Group.id == GroupArea.group_id)
        .join(row, row.group_id == Group.id)
        .where(
            GroupArea.home.is_(True),
            Group.status == GroupStatus.ACTIVE,
            cooperation.holding(today),
            row.ends_on <= today + ENDS_WITHIN,
            ~later.exists(),
        )
    )


LINES = (
    TaskSource(
        "cooperation",
        LineGroup.MISSING,
        6,
        without,
        _l("Groups without a valid cooperation agreement"),
        noted,
        _l("Note the agreement"),
        "cooperation.group",
        alone("group_id"),
    ),
    TaskSource(
        "cooperation_ends",
        LineGroup.ENDS,
        6,
        ending,
        _l("Cooperation agreements that end within 90 days"),
        lambda line, _words: _l("%(group)s, on %(day)s", group=line.note, day=format_date(line.day, "long")),
        _l("See the agreement"),
        "cooperation.group",
        alone("group_id"),
    ),
)
