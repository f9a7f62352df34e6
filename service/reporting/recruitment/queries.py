"""Reads of the counts, and the count itself, within the reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import Subquery, and_, func, select

from service.network.networks.models import GroupArea
from service.reporting.recruitment.models import RecruitmentMonth
from service.reporting.recruitment.program import ToldMonth
from service.reporting.recruitment.rules import Movement
from service.volunteer.volunteers import queries as volunteers
from service.volunteer.volunteers.models import VolunteerRole, VolunteerStatusChange
from service.volunteer.volunteers.rules import VolunteerStatus
from tenants.calendar import month_after
from tenants.database import db
from tenants.models import ScopePeriod

AWAY = (VolunteerStatus.RESTING, VolunteerStatus.LEFT)


def months(code: str, first: dt.date, last: dt.date) -> Sequence[RecruitmentMonth]:
    """A municipality's counts from one month to another, oldest first; a month that was not counted is not there."""
    query = select(RecruitmentMonth).where(
        RecruitmentMonth.municipality_code == code, RecruitmentMonth.month.between(first, last)
    )
    return db.session.scalars(query.order_by(RecruitmentMonth.month)).all()


def told(codes: Collection[str]) -> dict[str, list[ToldMonth]]:
    """All that municipalities were ever told, by code, oldest first."""
    query = select(RecruitmentMonth).where(RecruitmentMonth.municipality_code.in_(codes))
    found: dict[str, list[ToldMonth]] = {}
    for row in db.session.scalars(query.order_by(RecruitmentMonth.month)):
        found.setdefault(row.municipality_code, []).append(row.told)
    return found


def readable(month: dt.date) -> dict[str, int | None]:
    """The numbers of volunteers at the end of a month as municipalities within reach may read them, by code, where they are counted."""
    query = select(RecruitmentMonth).where(RecruitmentMonth.month == month)
    return {row.municipality_code: row.volunteers for row in db.session.scalars(query)}


def owed(months: Collection[dt.date]) -> dict[dt.date, list[str]]:
    """The municipalities within reach that had a partnership in a month which is not counted yet, by month."""
    first, after = min(months), month_after(max(months))
    terms = db.session.execute(
        select(ScopePeriod.municipality_code, ScopePeriod.valid_from, ScopePeriod.valid_to).where(
            ScopePeriod.valid_from < after, ScopePeriod.valid_to > first
        )
    ).all()
    counted = {
        (row.municipality_code, row.month)
        for row in db.session.execute(
            select(RecruitmentMonth.municipality_code, RecruitmentMonth.month).where(RecruitmentMonth.month >= first)
        )
    }
    found: dict[dt.date, list[str]] = {}
    for month in sorted(months):
        codes = {code for code, begins, ends in terms if begins < month_after(month) and ends > month}
        if missing := sorted(code for code in codes if (code, month) not in counted):
            found[month] = missing
    return found


def movements(codes: Collection[str], month: dt.date) -> dict[str, Movement]:
    """How the volunteers of municipalities moved in a month. Those are the volunteers of the groups whose home a municipality is,
    each once, who neither rest nor have left: so in the whole country nobody is counted in two places for one group.
    """
    now, before = _there(codes, month_after(month) - dt.timedelta(days=1)), _there(codes, month - dt.timedelta(days=1))
    same = and_(now.c.code == before.c.code, now.c.volunteer_id == before.c.volunteer_id)
    code = func.coalesce(now.c.code, before.c.code)
    rows = db.session.execute(
        select(
            code,
            func.count(now.c.code),
            func.count(now.c.code).filter(before.c.code.is_(None)),
            func.count(before.c.code).filter(now.c.code.is_(None)),
        )
        .select_from(now.join(before, same, full=True))
        .group_by(code)
    )
    found = {row[0]: Movement(row[1], row[2], row[3]) for row in rows}
    return {code: found.get(code, Movement(0, 0, 0)) for code in codes}


def _there(codes: Collection[str], day: dt.date) -> Subquery:
    """The volunteers on a day, by municipality."""
    step = VolunteerStatusChange
    status = (
        select(step.status)
        .where(step.volunteer_id == VolunteerRole.volunteer_id, step.valid_from <= day)
        .order_by(step.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(GroupArea.municipality_code.label("code"), VolunteerRole.volunteer_id)
        .join(VolunteerRole, VolunteerRole.group_id == GroupArea.group_id)
        .where(GroupArea.home, GroupArea.municipality_code.in_(codes), volunteers.on(day))
        .where(func.coalesce(status, "").not_in(AWAY))
        .distinct()
        .subquery()
    )
