"""People alone, with the roles that there are: for what is tried of people, without the papers of the whole world."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid4

from service.platform.accounts.models import TerritoryMunicipality
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, now, transaction
from tenants.periods import put_in_force
from tenants.reach import clock
from tests.support.world import HERE, THERE, person, scope

SECRETARIAT, CONSULTANT = "sekretariat@drc.example", "konsulent@drc.example"
MANAGER, STAFF = f"leder.{HERE}@kommune.example", f"medarbejder.{HERE}@kommune.example"
MANAGER_THERE = f"leder.{THERE}@kommune.example"


@dataclass(frozen=True, slots=True)
class Few:
    """Who there is. In HERE an agreement is in force."""

    secretariat: UUID
    consultant: UUID
    manager: UUID
    staff: UUID
    manager_there: UUID


def few() -> Few:
    """Make them, and a scope in force in HERE."""
    with acting_for(clock([HERE, THERE])), transaction():
        territory = TerritoryMunicipality(territory="Prøveland", municipality_code=HERE, valid_from=dt.date(2020, 1, 1))
        db.session.add(territory)
        put_in_force(HERE, scope(day_of(now()), "prøve"), uuid4())
        return Few(
            person(SECRETARIAT, ("secretariat", None, None)),
            person(CONSULTANT, ("consultant", None, "Prøveland")),
            person(MANAGER, ("manager", HERE, None)),
            person(STAFF, ("staff", HERE, None)),
            person(MANAGER_THERE, ("manager", THERE, None)),
        )
