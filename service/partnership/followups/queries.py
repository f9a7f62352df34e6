"""Reads of what DRC has told, and of what waits to be told, within the reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from service.partnership.catalogue.files import counted
from service.partnership.followups import rules
from service.partnership.followups.models import FollowUp
from service.partnership.followups.rules import Followed, FollowedKind, Subject, Told
from service.partnership.partnerships.queries import periods_of
from service.platform.lines import Lines, four
from tenants.database import db
from tenants.models import ScopePeriod
from tenants.scope import Scope

A_DAY = dt.timedelta(days=1)
YEARS_END = 12  # from this month on the year's earmarks are asked for, and until `ASKED_UNTIL` of the next
ASKED_UNTIL = 3


def follow_ups(code: str) -> Select[FollowUp]:
    """All that was told in a municipality, to be listed by page."""
    return select(FollowUp).where(FollowUp.municipality_code == code)


def told(code: str) -> dict[Subject, Told]:
    """What was told last of each earmark and target of a municipality."""
    same = FollowUp.kind, FollowUp.name, FollowUp.year
    newest = follow_ups(code).ext(distinct_on(*same)).order_by(*same, FollowUp.told_at.desc(), FollowUp.id.desc())
    return {
        Subject(row.year, FollowedKind(row.kind), row.name): Told(row.amount, row.as_of, row.words)
        for row in db.session.scalars(newest)
    }


def followed(code: str) -> list[Followed]:
    """All that is followed up of what has been in force in a municipality, and how it stands."""
    periods = [row for row in periods_of([code]) if row.valid_from < row.valid_to]
    return of_agreements(
        code, [(scope, row.valid_to - A_DAY) for row in periods if (scope := row.readable) is not None]
    )


def of_agreements(code: str, agreements: Sequence[tuple[Scope, dt.date]]) -> list[Followed]:
    """What is followed up of agreements of a municipality, each with the last day on which it is in force; asks where there is any."""
    if not rules.followed(agreements, counted(), {}):
        return []
    return rules.followed(agreements, counted(), told(code))


def untold(today: dt.date) -> Lines:
    """The municipalities within reach where nothing is told of an earmark of the year that ends or has just ended, as lines."""
    year = today.year if today.month >= YEARS_END else today.year - 1
    asked = today.month >= YEARS_END or today.month <= ASKED_UNTIL
    first, after = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    lines = four(ScopePeriod.municipality_code, literal(dt.date(year, 12, 31)), literal(str(year)), literal(str(year)))
    return lines.where(
        literal(asked), ScopePeriod.valid_from < after, ScopePeriod.valid_to > first, _has_untold(year)
    ).distinct()


def _has_untold(year: int) -> ColumnElement[bool]:
    earmarks = func.jsonb_array_elements(
        func.coalesce(ScopePeriod.stored_scope["payment"]["earmarks"], func.jsonb_build_array())
    ).table_valued("value", name="earmark")
    amounts = func.jsonb_array_elements(
        func.coalesce(ScopePeriod.stored_scope["payment"]["amounts"], func.jsonb_build_array())
    ).table_valued("value", name="amount")
    paid = select(literal(1)).select_from(amounts).where(amounts.c.value.op("->>")("year") == str(year))
    of_year, purpose = earmarks.c.value.op("->>")("year"), earmarks.c.value.op("->>")("purpose")
    is_told = select(FollowUp.id).where(
        FollowUp.municipality_code == ScopePeriod.municipality_code,
        FollowUp.kind == FollowedKind.EARMARK,
        FollowUp.year == year,
        FollowUp.name == purpose,
    )
    return (
        select(literal(1))
        .select_from(earmarks)
        .where(or_(and_(of_year.is_(None), paid.exists()), of_year == str(year)), ~is_told.exists())
        .exists()
    )
