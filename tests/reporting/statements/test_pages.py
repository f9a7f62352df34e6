"""The pages of the runs say what is missing, and only that."""

from __future__ import annotations

from uuid import uuid4

from flask import Flask

from tenants.acting import acting_for
from tenants.calendar import month_name
from tenants.database import transaction
from tenants.periods import put_in_force
from tenants.reach import clock
from tests.support.world import EMPTY, World, scope
from tests.walls.ways import SECRETARIAT, askers


def test_what_is_issued_is_not_called_missing(app: Flask, world: World) -> None:
    secretariat = askers(app, world)[SECRETARIAT]
    page = secretariat.ask("GET", "/opgoerelser").text
    assert "Alle dine kommuner med partnerskab har fået deres opgørelse" in page
    assert "mangler" not in page
    with app.app_context(), acting_for(clock([EMPTY])), transaction():
        put_in_force(EMPTY, scope(world.month, "prøve"), uuid4())
    assert "1 af dine 3 kommuner med partnerskab mangler en opgørelse" in secretariat.ask("GET", "/opgoerelser").text
    asked = {"month": month_name(world.month)}
    said = [secretariat.client.get(secretariat.ask("POST", "/opgoerelser", asked).location).text for _time in range(2)]
    assert "1 opgørelser er ved at blive lavet" in said[0]
    assert "ikke have flere opgørelser end dem, der er bestilt" in said[1]
