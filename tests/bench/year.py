"""Pages on a national year against the same pages on a tenth of it: ten times the data must not cost twice the time."""

from __future__ import annotations

import psycopg
from flask import Flask
from flask.testing import FlaskClient

from config.embedded import Servers
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_before, month_name
from tenants.database import db, now, transaction
from tenants.reach import clock
from tenants.register import all_codes
from tests.bench.rows import Row, timed
from tests.support import year
from tests.support.rows import SEEDED
from tests.support.world import HERE, person
from tests.walls.ways import enter

LIMIT = 2.0
ROUNDS, WARM = 15, 3


def rows(app: Flask, place: Servers) -> list[Row]:
    """The topic's rows."""
    small = _measured(app, place, part=10)
    _empty(place.database_owner_url)
    large = _measured(app, place, part=1)
    return [Row(f"{name}, a year against a tenth of it", large[name], small[name], LIMIT) for name in small]


def _measured(app: Flask, place: Servers, part: int) -> dict[str, float]:
    """The seconds of each page when the `part`-th part of a national year is there."""
    today = day_of(now())
    with acting_for(clock()), transaction():
        codes = sorted(all_codes())
    year.load(place.database_owner_url, codes, today, groups=year.GROUPS // part, sessions=year.SESSIONS // part)
    with acting_for(clock(codes)), transaction():
        secretariat = person("sekretariat@drc.example", ("secretariat", None, None))
    client = app.test_client()
    enter(app, client, secretariat)
    month = month_name(month_before(first_of(today)))
    pages = {
        "the calendar of a municipality": f"/kommuner/{HERE}/kalender?maaned={month}",
        "status of a municipality": f"/kommuner/{HERE}/status",
        "status of all": "/status",
        "the Monday list": "/",
    }
    return {name: _seconds(client, address) for name, address in pages.items()}


def _seconds(client: FlaskClient, address: str) -> float:
    """The fastest of some rounds: the two sides are asked at different times, and others may use the machine."""
    found = []
    for number in range(WARM + ROUNDS):
        seconds, answer = timed(lambda: client.get(address))
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answers {answer.status_code}")
        if number >= WARM:
            found.append(seconds)
    return min(found)


def _empty(owner_url: str) -> None:
    db.session.remove()
    tables = [table.name for table in db.metadata.sorted_tables if table.name not in SEEDED]
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("TRUNCATE " + ", ".join(f'"{name}"' for name in tables))
