"""The Monday list and the status pages on a year of the country, against a tenth of it: what is opened every week does not slow down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient

from config.embedded import Servers
from service.drift import operations as drift
from tenants import periods
from tenants.calendar import day_of, first_of, months_back
from tenants.database import now, transaction
from tenants.reach import acting_for, clock
from tenants.register import all_codes
from tests.bench.rows import Row, timed
from tests.support import crowd
from tests.support.world import person, scope, sign_in

LIMIT = 2.0
SHARE = 10
SESSIONS, GROUPS, DUTIES = 250_000, 1_200, 12_000  # of 98 municipalities in a year
TYPES = ("homework_help", "language_cafe", "mentor", "job_club")
ADDRESSES = {"the Monday list": "/", "the status of all": "/status", "the status of one": "/kommuner/0580/status"}


def rows(app: Flask, place: Servers) -> list[Row]:
    """The topic's rows."""
    with acting_for(clock()), transaction():
        codes = sorted(all_codes())
    today, agreements = day_of(now()), {code: uuid4() for code in codes}
    with acting_for(clock(codes)), transaction():
        someone = person("sekretariat@drc.example", ("secretariat", None, None))
        for code in codes:
            periods.put_in_force(code, scope(today, "prøve"), agreements[code])
    _agreements(place, agreements, someone)
    groups = crowd.groups(place.database_owner_url, codes, GROUPS)
    _year(place, agreements, groups, range(1))
    with acting_for(clock(codes)), transaction():
        for code in codes:
            drift.check(code, today)
    client = sign_in(app.test_client(), "sekretariat@drc.example")
    few = {name: _fastest(client, address) for name, address in ADDRESSES.items()}
    _year(place, agreements, groups, range(1, SHARE))
    return [
        Row(f"{name}, against a tenth of the data", _fastest(client, address), few[name], LIMIT)
        for name, address in ADDRESSES.items()
    ]


def _fastest(client: FlaskClient, address: str, rounds: int = 25) -> float:
    """The fastest of some rounds: the two sides are asked at different times, and others may use the machine."""
    times = []
    for _round in range(rounds):
        seconds, answer = timed(lambda: client.get(address))
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        times.append(seconds)
    return min(times)


def _agreements(place: Servers, agreements: dict[str, UUID], someone: UUID) -> None:
    """What the duties hang on; withdrawn ones, which need no paper."""
    columns = (
        "municipality_code id number state scope facts starts_on ends_on created_by created_at work_state attempts"
        " due_from"
    )
    days = "2026-01-01", "2026-12-31"
    crowd.copy(
        place.database_owner_url,
        "agreements",
        columns.split(),
        (
            (code, key, f"{code}-2026-0001", "withdrawn", "{}", "{}", *days, someone, now(), "done", 0, now())
            for code, key in agreements.items()
        ),
    )


def _year(place: Servers, agreements: dict[str, UUID], groups: Sequence[UUID], tenths: range) -> None:
    """Some tenths of a year: what was held, asked about and done."""
    url, codes, last = place.database_owner_url, sorted(agreements), first_of(day_of(now()))
    months = months_back(last, 12)
    first = months[0]

    def numbers(whole: int) -> range:
        return range(tenths.start * whole // SHARE, tenths.stop * whole // SHARE)

    columns = (
        "municipality_code id session_id activity_id activity_type held_on home shared cancelled volunteers"
        " volunteer_minutes adults children new_faces"
    )
    held = (True, False, False, 3, 360, 9, 2, 1)
    crowd.copy(
        url,
        "session_parts",
        columns.split(),
        (
            (codes[n % 98], uuid4(), uuid4(), uuid4(), TYPES[n % 4], first + dt.timedelta(days=n % 330), *held)
            for n in numbers(SESSIONS)
        ),
    )
    columns = (
        "municipality_code id group_id group_name month asked_at answered_at reminders draft story work_state attempts"
        " due_from"
    )
    crowd.copy(
        url,
        "checkins",
        columns.split(),
        (
            (codes[n % 98], uuid4(), groups[n], "Gruppen", month, now(), answered, 0, "{}", "", "done", 0, now())
            for month in months
            for n in numbers(GROUPS)
            for answered in [now() if n % 10 else None]
        ),
    )
    columns = "municipality_code id agreement_id side kind title due_on done_on done_party done_by remark"
    crowd.copy(
        url,
        "duties",
        columns.split(),
        (
            (
                code,
                uuid4(),
                key,
                "drc",
                "written",
                f"at huske {n}",
                first + dt.timedelta(n % 300),
                first,
                "drc",
                key,
                "",
            )
            for n in numbers(DUTIES)
            for code, key in [(codes[n % 98], agreements[codes[n % 98]])]
        ),
    )
    crowd.settle(url)
