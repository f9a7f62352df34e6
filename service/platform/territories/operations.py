"""What can be done about territories: put in those to begin with, and move municipalities."""

from __future__ import annotations

import csv
import datetime as dt
from functools import cache
from importlib import resources
from types import MappingProxyType

from flask_babel import gettext as _
from sqlalchemy import func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from service.platform.accounts.models import TerritoryMunicipality
from service.platform.ledger.operations import record
from service.platform.territories import queries, rules
from service.platform.territories.rules import MoveFault
from service.platform.web.errors import NotFound, Refusal
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.reach import present

BEGIN = dt.date(2018, 1, 1)  # the year of the six territories that DRC's consultants had


@cache
def to_begin_with() -> MappingProxyType[str, tuple[str, ...]]:
    """The territories to begin with, by name, each with its municipalities' codes: all 98 together, each once."""
    with (
        resources.files("service.platform.territories").joinpath("data/territories.csv").open(encoding="utf-8") as file
    ):
        rows = list(csv.DictReader(file, delimiter=";", strict=True))
    return MappingProxyType({row["territory"]: tuple(row["municipalities"].split()) for row in rows})


def load() -> int:
    """Put in the territories to begin with, where there are none yet, and say how many there are. What was moved stays moved."""
    if not db.session.scalar(select(TerritoryMunicipality.territory).limit(1)):
        rows = [
            {"territory": territory, "municipality_code": code, "valid_from": BEGIN}
            for territory, codes in to_begin_with().items()
            for code in codes
        ]
        db.session.execute(insert(TerritoryMunicipality.__table__), rows)  # type: ignore[arg-type]
    return len(queries.names(day_of(now())))


def move(codes: frozenset[str], to: str, day: dt.date, reason: str) -> None:
    """Move municipalities to a territory from a day on; a name that is new makes one. Raises Refusal, or NotFound out of reach."""
    if not codes <= present().codes:
        raise NotFound
    today = day_of(now())
    fault = rules.fault_of_move(codes, to, day, today, queries.stays(today))
    if fault is not None:
        raise _refusal(fault)
    db.session.execute(select(func.app.move_to_territory(literal(sorted(codes), ARRAY(TEXT)), to, day, reason)))
    for code in sorted(codes):
        record("territory.moved", f"municipality:{code}", code, day=day.isoformat())


def _refusal(fault: MoveFault) -> Refusal:
    match fault:
        case MoveFault.NOBODY:
            field, message = "codes", _("Tick the municipalities that move.")
        case MoveFault.NOWHERE:
            field, message = "territory", _("Choose a territory, or write the name of a new one.")
        case MoveFault.PAST:
            field, message = "day", _("Choose today or a later day. What has been stays as it was.")
        case MoveFault.FAR:
            field, message = "day", _("Choose a day within two years.")
        case MoveFault.THERE_ALREADY:
            field, message = "territory", _("They are in that territory already.")
    return Refusal(message, {field: [message]})
