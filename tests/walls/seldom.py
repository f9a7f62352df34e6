"""Rows of tables that in a good month few or none have, for what is tried on every table."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask import Flask

from service.activity.activities.telling_models import MonthTelling
from service.desk.national import operations as national
from service.partnership.agreements.models import TakenIn
from service.platform.paper_log.models import CheckpointStamp, PaperCheckpoint
from service.reporting.years import operations as years
from service.reporting.years.kinds import YearKind
from service.reporting.years.models import YearPaper
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.world import HERE, THERE, Place, World
from tests.walls.ways import filed, set_aside, told_of


def what_few_have(app: Flask, world: World) -> None:
    """Something set aside, an agreement that was signed on paper, a paper that waits to be filed, one that a system waits to be told of,
    one of a year and a month that waits to be told anew: in both municipalities; and DRC's own of a year, and a checkpoint that waits
    for its time stamp.
    """
    set_aside(app, HERE, THERE)
    with app.app_context(), acting_for(clock()), transaction():
        db.session.add(PaperCheckpoint(size=1, note="", key="", signed_at=now()))
        db.session.flush()
        db.session.add(CheckpointStamp(size=1, asked_at=now()))
    for each in (world.here, world.there):
        with app.app_context(), acting_for(clock([each.code])), transaction():
            db.session.add(on_paper(each, world.secretariat))
            filed(each)
            told_of(each)
            db.session.add(MonthTelling(municipality_code=each.code, month=world.month, asked_at=now()))
            national.put(world.month.year - 1, 1)
            case = years.put(each.code, YearKind.CASE, world.month.year, world.month, world.month)
            db.session.get_one(YearPaper, (each.code, case)).asked_by = each.manager


def on_paper(place: Place, who: UUID) -> TakenIn:
    """That the agreement of a place was signed on paper."""
    day = dt.date(2010, 12, 15)
    signed = {"municipality_name": "Inger", "municipality_title": "", "drc_name": "Ole", "drc_title": ""}
    return TakenIn(
        municipality_code=place.code,
        agreement_id=place.agreement,
        municipality_signed_on=day,
        drc_signed_on=day,
        taken_in_by=who,
        taken_in_at=now(),
        **signed,
    )
