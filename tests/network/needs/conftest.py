"""Two consultants, each with a territory and a group: HERE's lacks, THERE's has."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask

from service.network.capacity import operations as capacity
from service.network.networks import operations as networks
from service.platform.accounts.models import TerritoryMunicipality
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import Office, Reach, clock
from tests.support.world import HERE, THERE, World, group_of, person, share_with


@dataclass(frozen=True, slots=True)
class Border:
    """Two territories and what is on each side."""

    need: UUID  # HERE's: five friend families
    near: UUID  # a group of HERE's territory, with two free
    far: UUID  # a group of THERE's territory, with ten free
    ours: Reach  # HERE's consultant
    theirs: Reach  # THERE's consultant
    secretariat: Reach
    municipality: Reach  # HERE's own manager
    neighbour: Reach  # THERE's own manager


@pytest.fixture
def border(app: Flask, world: World) -> Border:
    """The two sides."""
    with app.app_context(), acting_for(clock([HERE, THERE])), transaction():
        db.session.add(
            TerritoryMunicipality(territory="Naboland", municipality_code=THERE, valid_from=dt.date(2020, 1, 1))
        )
        other = person("nabo@drc.example", ("consultant", None, "Naboland"), name="Nabokonsulent Prøve")
        near, far = (networks.create(group_of(name, code)) for name, code in (("Nær", HERE), ("Fjern", THERE)))
        capacity.note(near.id, {"network_family": 2})
        capacity.note(far.id, {"network_family": 10, "mentor": 1})
        share_with(HERE, near)
        near_id, far_id = near.id, far.id
    return Border(
        world.here.need,
        near_id,
        far_id,
        Reach(Office.DRC, frozenset({HERE}), world.consultant),
        Reach(Office.DRC, frozenset({THERE}), other),
        Reach(Office.DRC, frozenset({HERE, THERE}), world.secretariat),
        Reach(Office.MUNICIPALITY, frozenset({HERE}), world.here.manager),
        Reach(Office.MUNICIPALITY, frozenset({THERE}), world.there.manager),
    )
