"""The worker's door to the lists of duties."""

from __future__ import annotations

from service.partnership.duties import operations
from service.platform.rounds.operations import alone
from tenants.calendar import day_of
from tenants.database import now


def bring_up(code: str) -> None:
    """Bring a municipality's list up to date. What that raises is set aside, and tried again later."""
    alone(operations.STEP, code, lambda: operations.bring_up(code, day_of(now())))
