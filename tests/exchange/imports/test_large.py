"""A file ten times as long, in or out, takes the same memory. A quarter of what a file may have is enough to see what holds all rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest

from config.embedded import Servers
from config.settings import Settings
from service.activity.activities.models import Activity
from service.exchange.imports.queries import BATCH
from service.exchange.imports.rules import MOST_ROWS
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.exchange.conftest import HEADINGS, Sender, csv_of, groups_file, groups_of, xlsx_of
from tests.exchange.imports.measured import MB, Measuring, measuring
from tests.support import crowd
from tests.support.processes import environment
from tests.support.world import HERE

MANY = MOST_ROWS // 4
FEW = MANY // 10
ALLOWED = 8 * MB  # what two measurements of the same may differ by
COPIES = 4  # the file itself, 10 MB at most, is held while it is read: as it comes from the database, and as text
ACTIVITIES = 40  # for as many sessions: an activity has one a day at most


@pytest.fixture(scope="module")
def measured(settings: Settings, place: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measuring]:
    """What measures."""
    environ = environment(settings, place.environment())
    with measuring(environ, tmp_path_factory.mktemp("measured") / "log") as found:
        yield found


def volunteers_file(count: int) -> bytes:
    """So many new volunteers."""
    people = ([f"Frivillig {count} {n:05}", f"f{count}-{n}@frivillig.example", "Aabenraa"] for n in range(count))
    return csv_of(("Navn", "E-mail", "Kommune"), *people)


def sessions_file(count: int) -> bytes:
    """So many past sessions, of activities that are the more the more sessions there are."""
    first = dt.date(2024, 1, 1)
    days = MANY // ACTIVITIES
    held = ([f"Café {n // days:03}", f"{first + dt.timedelta(n % days):%d-%m-%Y}"] for n in range(count))
    return csv_of(
        ("Kommune", "Aktivitet", "Dato", "Varighed i minutter", "Frivillige", "Voksne deltagere", "Børn"),
        *(["Aabenraa", *each, 90, 3, 8, 2] for each in held),
    )


def run_activities() -> None:
    """The activities of those sessions."""
    with acting_for(clock([HERE])), transaction():
        db.session.add_all(
            Activity(
                municipality_code=HERE,
                activity_type="language_cafe",
                name=f"Café {n:03}",
                place="Biblioteket",
                starts_on=dt.date(2024, 1, 1),
            )
            for n in range(ACTIVITIES)
        )


FILES: dict[str, tuple[str, Callable[[int], bytes], tuple[str, ...]]] = {
    "groups": ("groups", lambda count: groups_file(count, f"Gruppe {count}"), ("check", "apply", "undo")),
    "groups in a spreadsheet": (
        "groups",
        lambda count: xlsx_of(HEADINGS, *groups_of(count, f"Gruppe {count}")),
        ("check",),
    ),
    "volunteers": ("volunteers", volunteers_file, ("check", "apply")),
    "sessions": ("sessions", sessions_file, ("check", "apply")),
}


@pytest.mark.parametrize("name", FILES)
def test_ten_times_the_rows_take_the_same_memory(secretariat: Sender, measured: Measuring, name: str) -> None:
    if name == "sessions":
        run_activities()
    kind, file, steps = FILES[name]
    contents = [file(count) for count in (FEW, MANY)]
    few, many = (measured.growth(secretariat, secretariat.send(each, kind), *steps) for each in contents)
    assert many < few + ALLOWED + COPIES * len(contents[1]), (few, many)


def test_control_all_rows_held_at_once_are_seen(secretariat: Sender, measured: Measuring) -> None:
    few, many = groups_file(BATCH, "Få"), groups_file(MANY, "Mange")
    little = measured.growth(secretariat, secretariat.send(few), "check")
    much = measured.growth(secretariat, secretariat.send(many), "check", batch=MOST_ROWS)
    assert much > little + ALLOWED + COPIES * len(many), (little, much)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_file_ten_times_as_long_is_made_and_fetched_in_the_same_memory(
    secretariat: Sender, place: Servers, measured: Measuring, file_format: str
) -> None:
    codes = sorted(secretariat.identity.codes)

    def grown_by(count: int) -> int:
        keys = crowd.groups(place.database_owner_url, codes, 1, seed=count)
        crowd.volunteers(place.database_owner_url, codes, keys, count, seed=count)
        return measured.growth(secretariat, secretariat.asked("volunteers", file_format), "make", "fetch")

    few, many = grown_by(FEW), grown_by(MANY)
    assert many < few + ALLOWED, (few, many)
