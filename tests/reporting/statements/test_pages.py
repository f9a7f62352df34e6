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


def told(asker: Asker, name: str) -> list[str]:
    """The cells of a municipality, the newest month first; none where it has no line."""
    line = re.search(rf'<th scope="row">{name}</th>(.*?)</tr>', asker.ask("GET", "/opgoerelser").text, re.DOTALL)
    return re.findall(r"<td[^>]*>(?:<a[^>]*>)?([^<]+)", line.group(1)) if line else []


def test_what_is_sent_waited_for_and_not_made_are_told_apart(app: Flask, world: World) -> None:
    secretariat = askers(app, world)[SECRETARIAT]
    with app.app_context(), acting_for(clock([EMPTY])), transaction():
        name = db.session.get_one(Municipality, EMPTY).name
    assert told(secretariat, "Aabenraa")[0] in ("Sendt", "Åbnet")
    assert told(secretariat, name) == []
    with app.app_context(), acting_for(clock([EMPTY])), transaction():
        put_in_force(EMPTY, scope(world.month, "prøve"), uuid4())
    cells = told(secretariat, name)
    assert cells == ["Venter"] * 3 + ["Ingen"] * 10, "of what lies further back none is made by itself"
