"""A group in a municipality with a weekly café last month, and its check-in of a month that is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from service.activity.activities.models import Activity
from service.activity.checkins import letters, operations, queries, rules
from service.activity.checkins.models import CheckIn
from service.network.networks import operations as networks
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_before
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.world import HERE, World, group_of, hold

EMAIL = "gruppen@frivillig.example"


def open_month(today: dt.date) -> dt.date:
    """A month whose check-in is open and of which some days have been: this one, or in its first days the one before."""
    return month_before(first_of(today)) if today.day <= rules.CLOSED_AFTER else first_of(today)


@dataclass(frozen=True)
class Asked:
    """A check-in that was asked for."""

    id: UUID
    group: UUID
    activity: UUID
    month: dt.date
    days: tuple[dt.date, ...]  # that have been

    def inside(self, do: Callable[[CheckIn], Any]) -> Any:
        """What `do` answers of the check-in as it is now, as unattended work."""
        with acting_for(clock([HERE])), transaction():
            return do(queries.checkin(self.id))

    def path(self) -> str:
        """The path of its link."""
        return "/" + str(self.inside(letters.address)).split("/", 3)[3]


@pytest.fixture
def asked(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """The group's check-in, with a mail owed to its contact. Days are planned by those of the month before."""
    today = day_of(now())
    month = open_month(today)
    with app.app_context(), acting_for(clock([HERE])), transaction():
        given = group_of("Caféens Venner", HERE)
        group = networks.create(given | {"contact": {"name": "Kim Kontakt", "phone": "20 30 40 50", "email": EMAIL}})
        row = Activity(
            municipality_code=HERE,
            activity_type="language_cafe",
            group_id=group.id,
            name="Sprogcafé",
            place="Huset",
            starts_on=dt.date(2020, 1, 1),
        )
        db.session.add(row)
        db.session.flush()
        before = month_before(month)
        for week in range(4):
            counts = {
                "minutes": 120,
                "volunteers": 3,
                "volunteer_minutes": 360,
                "adults": 11,
                "women": 8,
                "new_faces": 1,
            }
            hold(row, before + dt.timedelta(days=7 * week), **counts)
        monkeypatch.setattr(
            queries,
            "planned",
            lambda _activity, asked_of: [(asked_of + dt.timedelta(days=n), 90) for n in range(today.day + 2) if n < 28],
        )
        assert operations.ask(month) == 1
        # On the first days of a month the world's own is of the same one.
        found = queries.checkins(HERE, month).where(CheckIn.group_id == group.id)
        checkin = db.session.scalars(found).one()
        days = tuple(line.row.held_on for line in queries.lines(checkin) if line.row.held_on <= today)
        return Asked(checkin.id, group.id, row.id, month, days)
