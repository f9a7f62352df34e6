"""The demonstration's check-ins: this month's, asked of every group, and answered by some."""

from __future__ import annotations

import datetime as dt

from service.activity.checkins import operations, queries
from service.desk.demo import files
from tenants.calendar import first_of
from tenants.database import db

ANSWERED = ("sprogbro", "skole", "klubhus")  # the groups that have sent what was held so far


def load(today: dt.date) -> None:
    """Ask for this month's check-ins, whatever the day, and send the answers of a few groups: what is recorded already."""
    month = first_of(today)
    while operations.ask(month):
        pass
    wanted = {planned.name for planned in files.groups() if planned.key in ANSWERED}
    for row in db.session.scalars(queries.checkins(month=month)).all():
        if row.group_name in wanted:
            told = {line.row.id: {"state": None, **line.row.answer} for line in queries.lines(row)}
            operations.answer(row.id, {key: each for key, each in told.items() if each["state"]}, {})
