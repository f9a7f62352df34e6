"""Count how volunteers come and go. Harmless to repeat: a month is counted once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from flask import current_app
from sqlalchemy.dialects.postgresql import insert

from service.activity.activities.disclosure import showing_from
from service.reporting.recruitment import program, queries, rules
from service.reporting.recruitment.models import RecruitmentMonth
from service.reporting.recruitment.program import YEAR, ToldMonth
from tenants.calendar import months_back
from tenants.database import db, now, uuid7


def count(codes: Collection[str], month: dt.date) -> int:
    """Count a month of municipalities, as it is recorded by now. Returns how many had not been counted before.

    What may be told of it is asked of an integer program: in unattended work, never in a request.
    """
    months = months_back(month, YEAR)
    moved = {each: queries.movements(codes, each) for each in months}
    before, values = queries.told(codes), []
    with showing_from(current_app.extensions["settings"].fewest_shown):
        for code in sorted(codes):
            told = program.told(month, [moved[each][code] for each in months], before.get(code, ()))
            values.append({"municipality_code": code, "id": uuid7(), "counted_at": now(), **columns(told)})
    if not values:
        return 0
    query = insert(RecruitmentMonth).values(values).on_conflict_do_nothing().returning(RecruitmentMonth.id)
    return len(db.session.execute(query).all())


def columns(told: ToldMonth) -> dict[str, Any]:
    """What is told of a month, as it is kept and answered."""
    years = (("came_in_year", told.came_in_year), ("left_in_year", told.left_in_year))
    ends = {
        f"{name}_{end}": getattr(within, end) if within else None for name, within in years for end in ("least", "most")
    }
    return {"month": told.month, "volunteers": told.volunteers, "came": told.came, "left": told.left, **ends}


def _shown(codes: Collection[str], month: dt.date) -> dict[str, rules.ShownChange]:
    with showing_from(current_app.extensions["settings"].fewest_shown):
        return {code: rules.shown(movement) for code, movement in queries.movements(codes, month).items()}


def count_owed(today: dt.date) -> int:
    """Count every month that is over and that a municipality with a partnership lacks. Returns how many counts were new."""
    return sum(count(codes, month) for month, codes in queries.owed(rules.owed(today)).items())


def readable(codes: Collection[str], month: dt.date) -> dict[str, int | None]:
    """The numbers of volunteers at the end of a month as municipalities may read them, by code; counted, where that is owed.

    Where it is not, as it would be counted: an agreement that holds back in time may open it yet.
    """
    for owing in queries.owed([month]).values():
        count(owing, month)
    found = queries.readable(month)
    others = _shown([code for code in codes if code not in found], month)
    return {code: told.volunteers for code, told in others.items()} | found
