"""A national year as test data: 98 municipalities, 1,200 groups, 250,000 sessions, as large as the service must bear.

`make year` loads it into the database in use, where nothing but the register and the catalogue may be. It is for measuring and for
looking at full pages: names are put together at random, and nobody in it is real.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from tenants.calendar import first_of, month_after
from tests.support import crowd
from tests.support.world import scope

GROUPS, SESSIONS, MONTHS = 1_200, 250_000, 12
TYPES = ("language_cafe", "homework_help", "job_club", "cycling_course", "social_event")
SESSION = (
    "municipality_code", "id", "activity_id", "held_on", "cancelled", "cancelled_why", "cancelled_text", "serves", "recorded_at",
    "volunteers", "volunteer_minutes", "adults", "children", "new_faces",
)  # fmt: skip
PART = (
    "municipality_code", "id", "session_id", "activity_id", "activity_type", "group_id", "held_on", "home", "shared", "cancelled",
    "volunteers", "volunteer_minutes", "adults", "children", "new_faces",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunningAgreement:
    """An activity of the year."""

    code: str
    id: UUID
    group: UUID
    kind: str
    weekday: int


def load(
    owner_url: str, codes: Sequence[str], today: dt.date, *, groups: int = GROUPS, sessions: int = SESSIONS
) -> None:
    """Load the year that ends with the day before `today`: so many groups and sessions, spread over the municipalities."""
    _partnerships(owner_url, codes, today)
    keys = crowd.groups(owner_url, codes, groups)
    first = month_after(first_of(today), -MONTHS)
    days = (today - first).days
    # Each activity meets weekly: as many activities as it takes for the sessions.
    count = max(len(codes), round(sessions / (days / 7)))
    running = [
        RunningAgreement(
            codes[number % len(codes)], uuid4(), keys[number % len(keys)], TYPES[number % len(TYPES)], number % 7
        )
        for number in range(count)
    ]
    _cooperation(owner_url, keys, first)
    _activities(owner_url, running, first)
    _sessions(owner_url, running, first, today, sessions)
    crowd.settle(owner_url)


def _partnerships(owner_url: str, codes: Sequence[str], today: dt.date) -> None:
    ids = {code: uuid4() for code in codes}
    crowd.copy(owner_url, "partnerships", ("municipality_code", "id"), ids.items())
    plain = json.dumps(scope(today, "").to_plain())
    first, after = dt.date(today.year - 1, 1, 1), dt.date(today.year + 2, 1, 1)
    columns = ("municipality_code", "id", "partnership_id", "agreement_id", "valid_from", "valid_to", "scope")
    periods = ((code, uuid4(), key, uuid4(), first, after, plain) for code, key in ids.items())
    crowd.copy(owner_url, "scope_periods", columns, periods)


def _cooperation(owner_url: str, groups: Sequence[UUID], first: dt.date) -> None:
    """The groups' agreements with DRC; one group in twenty has none."""
    columns = ("id", "group_id", "signed_on", "starts_on", "noted_at")
    signed = ((uuid4(), key, first, first, first) for number, key in enumerate(groups) if number % 20)
    crowd.copy(owner_url, "cooperation_agreements", columns, signed)


def _activities(owner_url: str, running: Sequence[RunningAgreement], first: dt.date) -> None:
    crowd.copy(
        owner_url,
        "activities",
        ("municipality_code", "id", "activity_type", "group_id", "name", "place", "starts_on"),
        (
            (one.code, one.id, one.kind, one.group, f"Aktivitet {number}", "Medborgerhuset", first)
            for number, one in enumerate(running)
        ),
    )
    weekdays = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    columns = ("municipality_code", "id", "activity_id", "valid_from", "rule", "anchor", "starts", "minutes")
    crowd.copy(
        owner_url,
        "activity_schedules",
        (*columns, "without_holidays", "without_breaks", "extra", "left_out"),
        (
            (
                one.code,
                uuid4(),
                one.id,
                first,
                f"FREQ=WEEKLY;BYDAY={weekdays[one.weekday]}",
                first,
                dt.time(19),
                120,
                True,
                True,
                [],
                [],
            )
            for one in running
        ),
    )


def _sessions(owner_url: str, running: Sequence[RunningAgreement], first: dt.date, today: dt.date, count: int) -> None:
    recorded = dt.datetime.combine(today, dt.time(6), dt.UTC)
    held = list(_held(running, first, today, count))
    crowd.copy(
        owner_url,
        "sessions",
        SESSION,
        ((one.code, key, one.id, day, False, "", "", [], recorded, *counts) for one, key, day, counts in held),
    )
    crowd.copy(
        owner_url,
        "session_parts",
        PART,
        (
            (one.code, uuid4(), key, one.id, one.kind, one.group, day, True, False, False, *counts)
            for one, key, day, counts in held
        ),
    )


def _held(
    running: Sequence[RunningAgreement], first: dt.date, today: dt.date, count: int
) -> Iterator[tuple[RunningAgreement, UUID, dt.date, tuple[int, ...]]]:
    chance = random.Random(7)  # noqa: S311 - the same year each time, nothing to guess
    left = count
    for one in running:
        day = first + dt.timedelta(days=(one.weekday - first.weekday()) % 7)
        while day < today and left:
            volunteers, adults = chance.randint(2, 8), chance.randint(0, 25)
            yield one, uuid4(), day, (volunteers, volunteers * 120, adults, chance.randint(0, 10), min(adults, 2))
            left -= 1
            day += dt.timedelta(days=7)


def main() -> int:
    """Load the year into the database in use, as its owner. Refuses one that holds partnerships."""
    from sqlalchemy.exc import ProgrammingError

    from config.settings import load_settings
    from service.app import create_app
    from tenants.acting import acting_for
    from tenants.calendar import day_of
    from tenants.database import db, now, transaction
    from tenants.models import Partnership
    from tenants.reach import clock
    from tenants.register import all_codes

    settings = load_settings()
    if not settings.database_owner_url:
        print("name the database by DATABASE_OWNER_URL, or start `make run` first")
        return 2
    with create_app(settings).app_context():
        try:
            with acting_for(clock()), transaction():
                codes = sorted(all_codes())
        except ProgrammingError:
            print("the database has no tables yet: see docs/operations.md for how it is made ready")
            return 2
        with acting_for(clock(codes)), transaction():
            taken = db.session.query(Partnership).first() is not None
    if taken:
        print("there are partnerships already: a national year wants a database of its own")
        return 2
    load(settings.database_owner_url.replace("postgresql+psycopg://", "postgresql://", 1), codes, day_of(now()))
    print(f"{len(codes)} municipalities, {GROUPS} groups, {SESSIONS} sessions in {MONTHS} months")
    return 0


if __name__ == "__main__":
    sys.exit(main())
