"""The worker's door to what has drifted."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from service.platform.rounds.operations import alone
from service.reporting.drift import operations
from tenants.calendar import day_of
from tenants.database import now


def check(code: str) -> None:
    """Look at a municipality. What that raises is set aside, and looked for again later."""
    alone(operations.CHECK_STEP, code, lambda: operations.check(code, day_of(now())))


def make_paper(code: str, paper_id: str) -> None:
    """Make a paper that was asked for."""
    operations.make_paper(code, UUID(paper_id), current_app.extensions["settings"].lease_seconds)
