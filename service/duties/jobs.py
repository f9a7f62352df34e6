"""The worker's door to the lists of duties."""

from __future__ import annotations

from service.duties import operations
from service.rounds.operations import alone
from tenants.calendar import day_of
from tenants.database import now

BRING_UP = "duties.bring_up"


def bring_up(code: str) -> None:
    """Bring a municipality's list up to date. What that raises is set aside, and tried again later."""
    alone(BRING_UP, code, lambda: operations.bring_up(code, day_of(now())))


JOBS = (bring_up,)
