"""The national figures: each breakdown, and what it costs."""

from __future__ import annotations

import pytest
from flask import Flask

from service.activity.activities.models import Activity
from service.desk.national import queries
from service.desk.national.rules import Breakdown
from tenants.acting import acting_for
from tenants.calendar import month_name
from tenants.database import db, transaction
from tenants.reach import clock
from tests.support.counting import counted
from tests.support.world import HERE, THERE, World, hold
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, askers

ATTENDANCES = 4 * 8 + 3 + 4 + 5 + 6  # of each of the two


@pytest.fixture
def shared(app: Flask, world: World) -> World:
    """The world, and a session of 9 that was for both."""
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        hold(
            db.session.get_one(Activity, (HERE, world.here.activity)),
            world.month.replace(day=27),
            adults=9,
            serves=[THERE],
        )
    return world


@pytest.mark.parametrize(
    ("by", "told"),
    [
        (Breakdown.MUNICIPALITY, {THERE: (4, ATTENDANCES + 5), HERE: (5, ATTENDANCES + 4)}),
        (Breakdown.TERRITORY, {"Prøveland": (5, ATTENDANCES + 4), None: (4, ATTENDANCES + 5)}),
        (Breakdown.TYPE, {"homework_help": (9, 2 * ATTENDANCES + 9)}),
        (Breakdown.EFFECT, dict.fromkeys(("community", "language", "society"), (9, 2 * ATTENDANCES + 9))),
    ],
)
def test_each_breakdown_has_each_session_once_and_each_part_once(
    app: Flask, shared: World, by: Breakdown, told: dict[str | None, tuple[int, int]]
) -> None:
    with app.app_context(), acting_for(clock([HERE])), transaction():
        rows, whole = queries.sums(by, shared.month, shared.month), queries.whole(shared.month, shared.month)
        assert {row.key: (row.sessions, row.attendances) for row in rows} == told
        assert (whole.sessions, whole.attendances) == (9, 2 * ATTENDANCES + 9)
        (month,) = queries.sums(Breakdown.MONTH, shared.month, shared.month)
        assert (month.key, month.attendances) == (month_name(shared.month), whole.attendances)


def test_the_page_is_drcs_tells_what_it_sums_to_and_costs_two_queries_whatever_it_tells(
    app: Flask, shared: World
) -> None:
    people, path = askers(app, shared), "/landstal?efter=municipality"
    page = people[CONSULTANT].ask("GET", path).text
    assert "Rækkerne giver tilsammen tallene ovenfor" in page
    assert "Fremmøder måned for måned" not in page
    assert "Fremmøder måned for måned" in people[CONSULTANT].ask("GET", "/landstal").text, (
        "drawn, where they are months"
    )
    assert page.index("Tønder</th>") < page.index("Aabenraa</th>"), "in Danish order"
    assert "skal ikke lægges sammen" in people[SECRETARIAT].ask("GET", "/landstal?efter=effect").text
    for each in ("/landstal", "/landstal/fil", "/api/v1/national-figures"):
        assert people[MANAGER].ask("GET", each).status_code == 404
    assert people[SECRETARIAT].ask("GET", "/landstal/fil?format=exe").status_code == 404
    assert people[SECRETARIAT].ask("GET", "/landstal/fil").data.startswith(b"PK")
    with counted(app) as found:
        people[SECRETARIAT].ask("GET", path)
    assert sum("session_parts" in each for each in found) == 2, found
