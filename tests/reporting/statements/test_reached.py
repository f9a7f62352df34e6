"""How far targets have come that the sessions do not tell: what DRC told, and what a month of recruitment holds already."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from service.partnership.followups.models import FollowUp
from service.reporting.recruitment.models import RecruitmentMonth
from service.reporting.statements.queries import reached
from service.reporting.statements.rules import NOT_YET, Reached
from tenants.database import db, now, uuid7
from tenants.scope import Scope, Target
from tests.partnership.agreements.test_notice import acting
from tests.support.world import EMPTY, World, scope

pytestmark = pytest.mark.usefixtures("app")
OCTOBER = dt.date(2024, 10, 1)


def wanted() -> Scope:
    targets = (
        Target("people_reached", 80, 2024),
        Target("active_volunteers", 40, 2024),
        Target("people_reached", 90, 2025),
        Target("sessions", 9, 2024),
    )
    return replace(scope(dt.date(2024, 1, 1), "x"), targets=targets)


def tell(world: World, number: int, year: int = 2024) -> None:
    db.session.add(
        FollowUp(
            municipality_code=EMPTY,
            id=uuid7(),
            kind="target",
            name="people_reached",
            year=year,
            amount=number,
            as_of=dt.date(year, 12, 31),
            words="optælling i grupperne",
            told_by=world.secretariat,
            told_at=now(),
        )
    )
    db.session.flush()


def volunteers(month: int, number: int | None) -> None:
    day = dt.date(2024, month, 1)
    db.session.add(
        RecruitmentMonth(municipality_code=EMPTY, id=uuid7(), month=day, volunteers=number, counted_at=now())
    )
    db.session.flush()


def test_nothing_is_said_of_what_nobody_has_told_or_counted(app: Flask, world: World) -> None:
    with acting(app, EMPTY):
        assert reached(EMPTY, wanted(), OCTOBER) == {"people_reached": NOT_YET, "active_volunteers": NOT_YET}


def test_what_was_told_last_of_the_year_and_the_newest_month_of_it_hold(app: Flask, world: World) -> None:
    with acting(app, EMPTY):
        tell(world, 60)
        tell(world, 64)
        tell(world, 99, 2025)
        for month, number in ((8, 31), (9, None), (11, 50)):
            volunteers(month, number)
        assert reached(EMPTY, wanted(), OCTOBER) == {
            "people_reached": Reached(64),
            "active_volunteers": Reached(0, at_least=True),  # from 1 to 4 in September: the row does not hold it
        }
        volunteers(10, 38)
        assert reached(EMPTY, wanted(), OCTOBER)["active_volunteers"] == Reached(38)
        assert reached(EMPTY, wanted(), dt.date(2025, 3, 1)) == {"people_reached": Reached(99)}


def test_few_people_stand_in_no_row(app: Flask, world: World) -> None:
    with pytest.raises(IntegrityError, match="ck_follow_ups_few"), acting(app, EMPTY):
        tell(world, 4)
