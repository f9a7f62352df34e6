"""The worker's door to the lists of duties."""

from __future__ import annotations

from service.duties import operations
from tenants.calendar import day_of
from tenants.database import now, transaction
from tenants.reach import acting_for, clock


def bring_up(code: str) -> None:
    """Bring a municipality's list up to date."""
    with acting_for(clock([code])), transaction():
        operations.bring_up(code, day_of(now()))


JOBS = (bring_up,)
