"""The demonstration's check-ins: last month's, which most groups have answered, and this month's, which some have."""

from __future__ import annotations

import datetime as dt

from service.activity.checkins import operations, queries
from service.activity.checkins.models import CheckIn
from service.desk.demo import files
from tenants.calendar import first_of, month_before
from tenants.database import db

ANSWERED = ("sprogbro", "skole", "klubhus")  # the groups that have sent what was held so far
SILENT = ("fjordvenner", "pigeklub")  # those that have not answered for last month: its statements say so


def load(today: dt.date) -> None:
    """Ask for the check-ins of both months, whatever the day, and send the answers: what is recorded already."""
    names = {planned.key: planned.name for planned in files.groups()}
    silent, answered = ({names[key] for key in keys} for keys in (SILENT, ANSWERED))
    this = first_of(today)
    for row in _asked(month_before(this)):
        if row.group_name not in silent:
            _answer(row)
    for row in _asked(this):
        if row.group_name in answered:
            _answer(row)


def _asked(month: dt.date) -> list[CheckIn]:
    while operations.ask(month):
        pass
    return list(db.session.scalars(queries.checkins(month=month)))


def _answer(row: CheckIn) -> None:
    told = {line.row.id: {"state": None, **line.row.answer} for line in queries.lines(row)}
    operations.answer(row.id, {key: each for key, each in told.items() if each["state"]}, {})
