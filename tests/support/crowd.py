"""Many rows at once, for measurements: copied in as the owner, past the walls, as no operation could in reasonable time."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from service.platform.web.search import words
from tenants.register import danish_sort_key

FIRST = (
    "Anna",
    "Bjørn",
    "Cæcilie",
    "Dagny",
    "Eskild",
    "Frøydis",
    "Gunnar",
    "Hjørdis",
    "Ingeborg",
    "Jørgen",
    "Karen",
    "Åse",
)
LAST = ("Ærø", "Bæk", "Dahl", "Eskesen", "Fjord", "Grøn", "Holm", "Krogh", "Lund", "Møller", "Nørgaard", "Ørsted")
THINGS = ("Sprogcaféen", "Lektiehjælpen", "Netværket", "Cykelholdet", "Mentorerne", "Fællesspisningen")
PLACES = (
    "Ærø",
    "Ballerup",
    "Dragør",
    "Favrskov",
    "Jammerbugt",
    "Læsø",
    "Møn",
    "Rønde",
    "Sæby",
    "Tønder",
    "Vejen",
    "Ølgod",
)


def copy(owner_url: str, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Copy rows into a table. FORCE holds the owner too, so it is lifted for the moment."""
    name = sql.Identifier(table)
    with psycopg.connect(owner_url) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY").format(name))
        into = sql.SQL("COPY {} ({}) FROM STDIN").format(name, sql.SQL(", ").join(map(sql.Identifier, columns)))
        with cursor.copy(into) as out:
            for row in rows:
                out.write_row(row)
        cursor.execute(sql.SQL("ALTER TABLE {} FORCE ROW LEVEL SECURITY").format(name))


def settle(owner_url: str) -> None:
    """Let PostgreSQL count what is there, as it does by itself in quiet hours."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def groups(owner_url: str, codes: Sequence[str], count: int, seed: int = 1) -> list[UUID]:
    """So many active groups, each serving one to three neighbours in the list of municipalities. Returns their ids."""
    chance = random.Random(seed)  # noqa: S311 - the same crowd each time, nothing to guess
    ids = [uuid4() for _ in range(count)]
    names = [f"{chance.choice(THINGS)} i {chance.choice(PLACES)} {number}" for number in range(count)]
    copy(
        owner_url,
        "groups",
        ("id", "name", "sort_key", "kind", "cvr", "themes", "meets_children", "status"),
        (
            (key, name, danish_sort_key(name), "loose", "", ["language_cafe"], False, "active")
            for key, name in zip(ids, names, strict=True)
        ),
    )
    found = zip(ids, names, strict=True)
    copy(
        owner_url,
        "group_words",
        ("id", "group_id", "word"),
        ((uuid4(), key, word) for key, name in found for word in words(name)),
    )
    areas = []
    for number, key in enumerate(ids):
        home = number % len(codes)
        served = {codes[(home + step) % len(codes)] for step in range(chance.choice((1, 1, 2, 3)))}
        areas += [(code, uuid4(), key, "", code == codes[home]) for code in sorted(served)]
    copy(owner_url, "group_areas", ("municipality_code", "id", "group_id", "part", "home"), areas)
    return ids


def volunteers(owner_url: str, codes: Sequence[str], groups: Sequence[UUID], count: int, seed: int = 2) -> None:
    """So many active volunteers, each a member of one group."""
    chance = random.Random(seed)  # noqa: S311 - the same crowd each time, nothing to guess
    today = dt.date(2026, 1, 1)
    found = [(uuid4(), f"{chance.choice(FIRST)} {chance.choice(LAST)} {number}") for number in range(count)]
    copy(
        owner_url,
        "volunteers",
        (
            "id",
            "name",
            "sort_key",
            "name_key",
            "email",
            "phone",
            "phone_digits",
            "languages",
            "home_code",
            "status",
            "started_on",
            "heard_on",
        ),
        (
            (
                key,
                name,
                danish_sort_key(name),
                " ".join(sorted(words(name))),
                f"f{number}@frivillig.example",
                "",
                "",
                ["da"],
                codes[number % len(codes)],
                "active",
                today,
                today,
            )
            for number, (key, name) in enumerate(found)
        ),
    )
    copy(
        owner_url,
        "volunteer_words",
        ("id", "volunteer_id", "word"),
        ((uuid4(), key, word) for key, name in found for word in words(name)),
    )
    copy(
        owner_url,
        "volunteer_roles",
        ("id", "volunteer_id", "group_id", "role", "children", "valid_from"),
        ((uuid4(), key, groups[number % len(groups)], "member", "no", today) for number, (key, _) in enumerate(found)),
    )
