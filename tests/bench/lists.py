"""Lists and searches under row security against the same query by a role that it does not bind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import Engine, Select, create_engine
from sqlalchemy.pool import StaticPool

from config.embedded import Servers
from service.network.networks import queries as networks
from service.network.networks.models import Group
from service.platform.web.pages import MOST
from service.volunteer.volunteers import queries as volunteers
from service.volunteer.volunteers.models import Volunteer
from tenants.acting import acting_for
from tenants.database import transaction
from tenants.reach import Office, Reach, clock
from tenants.register import all_codes
from tests.bench.rows import Row, in_turn
from tests.support import crowd
from tests.support.telling import tell

LIMIT = 1.3
PAGE = 50 + 1  # as the pages ask, with the row that tells whether there is another
GROUPS, VOLUNTEERS = 5_000, 200_000


def rows(app: Flask, place: Servers) -> list[Row]:
    """The topic's rows, on 5,000 groups and 200,000 volunteers."""
    with acting_for(clock()), transaction():
        codes = sorted(all_codes())
    groups = crowd.groups(place.database_owner_url, codes, GROUPS)
    crowd.volunteers(place.database_owner_url, codes, groups, VOLUNTEERS)
    crowd.settle(place.database_owner_url)
    drc = Reach(Office.DRC, frozenset(codes))
    keys, people = (Group.sort_key, Group.id), (Volunteer.sort_key, Volunteer.id)
    return _compared(
        place,
        drc,
        {
            "groups, the largest page": networks.groups().order_by(*keys).limit(MOST + 1),
            "groups, search": networks.groups("aero sprog").order_by(*keys).limit(PAGE),
            "volunteers, the largest page": volunteers.volunteers().order_by(*people).limit(MOST + 1),
            "volunteers, search": volunteers.volunteers("jorgen holm 12").order_by(*people).limit(PAGE),
            "volunteers of a municipality": volunteers.volunteers(code=codes[40]).order_by(*people).limit(PAGE),
        },
    )


def _compared(place: Servers, reach: Reach, queries: dict[str, Select[Any]]) -> list[Row]:
    served, past = _engine(place.database_url), _engine(place.database_backup_url)
    try:
        found = []
        for name, query in queries.items():
            inside, outside = _asking(served, query, reach), _asking(past, query, None)
            if inside() != outside():
                raise RuntimeError(f"{name}: the two sides do not answer the same")
            found.append(in_turn(f"{name}, against no row security", inside, outside, LIMIT, rounds=40))
        return found
    finally:
        served.dispose()
        past.dispose()


def _engine(url: str) -> Engine:
    """One connection that prepares each query once, and keeps its plan: what a plan costs to make is not what is compared.

    Left to itself, PostgreSQL keeps the plan of one side and makes that of the other anew each time, as chance has it.
    """
    options = {"prepare_threshold": 0, "options": "-c plan_cache_mode=force_generic_plan"}
    return create_engine(f"postgresql+psycopg://{url.split('://', 1)[1]}", poolclass=StaticPool, connect_args=options)


def _asking(engine: Engine, query: Select[Any], reach: Reach | None) -> Callable[[], list[Any]]:
    """Ask in a transaction of its own, as a request does; the reach is told first, and its own time is not counted out."""

    told = reach or clock()

    def ask() -> list[Any]:
        with engine.begin() as connection:
            tell(connection.connection.driver_connection, told.office, *told.codes)  # type: ignore[arg-type]
            return [row[0] for row in connection.execute(query)]

    return ask
