"""No municipality meets a volunteer: no row of one is theirs in SQL, and a page that names one is told.

That a word in every field of one stands in nothing that a municipality reads, and in no log, is shown by `test_visit`.
"""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from flask import Flask

from config.embedded import Servers
from service.platform.web.permits import permit
from service.volunteer.volunteers.models import Volunteer
from tenants.database import Base, db
from tenants.ownership import Ownership
from tests.support.telling import tell
from tests.support.world import HERE, THERE, World
from tests.walls.planting import FIELDS, TABLES, WORD, enter, filed, marked
from tests.walls.ways import STAFF, askers


def test_the_control_a_page_that_names_a_volunteer_is_told(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hole: a page of the municipality's that shows every volunteer it is given, and one that has a name from elsewhere."""
    with app.app_context():
        enter(world)
    staff = askers(app, world)[STAFF]

    page = f"/kommuner/{HERE}/aktiviteter"

    def leaks(**_values: Any) -> str:
        return ", ".join(row.name for row in db.session.query(Volunteer))

    monkeypatch.setitem(app.view_functions, "activities.listing", permit.municipality(leaks))
    assert marked({page: staff.ask("GET", page).text}) == {}, "a view alone leaks nothing: the wall gives it no row"
    names = permit.municipality(lambda **_values: f"Ring til {FIELDS['name']}")
    monkeypatch.setitem(app.view_functions, "activities.listing", names)
    assert list(marked({page: staff.ask("GET", page).text})) == [f"{WORD}navn"]


def test_sql_of_a_municipality_a_link_or_nobody_finds_no_row(app: Flask, world: World, place: Servers) -> None:
    """With both municipalities in reach and the service's own role: not a row of any table. As DRC there are some in each."""
    with app.app_context():
        enter(world)
        filed(world)
    with psycopg.connect(place.database_url) as connection:
        for office, there in (("municipality", False), ("link", False), ("door", False), ("", False), ("drc", True)):
            connection.rollback()
            if office:
                tell(connection, office, HERE, THERE)
            for table in TABLES:
                row = connection.execute(f'SELECT count(*) > 0 FROM "{table}"').fetchone()
                assert row == (there,), (office, table)


def test_every_table_of_volunteers_is_drcs_own() -> None:
    kinds = {m.class_.__tablename__: m.class_.__ownership__ for m in Base.registry.mappers}
    referring = {
        table.name
        for table in Base.metadata.tables.values()
        if any(key.column.table.name == "volunteers" for key in table.foreign_keys)
    }
    assert {name: kinds[name] for name in {*referring, "volunteers", "volunteer_merges"}} == dict.fromkeys(
        {*referring, "volunteers", "volunteer_merges"}, Ownership.NATIONAL
    )
