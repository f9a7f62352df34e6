"""The page of the months tells what is sent and what is waited for, and nothing else."""

from __future__ import annotations

import re
from uuid import uuid4

from flask import Flask

from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.models import Municipality
from tenants.periods import put_in_force
from tenants.reach import clock
from tests.support.world import EMPTY, World, scope
from tests.walls.ways import SECRETARIAT, Asker, askers


def told(asker: Asker, name: str) -> str:
    """The last month's cell of a municipality; "" where it has no line."""
    page = asker.ask("GET", "/opgoerelser").text
    found = re.search(rf'<th scope="row">{name}</th>\s*<td[^>]*>(?:<a[^>]*>)?([^<]*)', page)
    return found.group(1) if found else ""


def test_what_is_sent_is_not_called_waited_for_and_what_is_owed_is(app: Flask, world: World) -> None:
    secretariat = askers(app, world)[SECRETARIAT]
    with app.app_context(), acting_for(clock([EMPTY])), transaction():
        name = db.session.get_one(Municipality, EMPTY).name
    assert told(secretariat, "Aabenraa") in ("Sendt", "Åbnet")
    assert told(secretariat, name) == ""
    with app.app_context(), acting_for(clock([EMPTY])), transaction():
        put_in_force(EMPTY, scope(world.month, "prøve"), uuid4())
    assert told(secretariat, name) == "Venter"
