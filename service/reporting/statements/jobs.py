"""The worker's door to the statements."""

from __future__ import annotations

from flask import current_app

from service.reporting.statements import operations
from tenants.calendar import parse_month


def make(code: str, month: str, revision: int) -> None:
    """Make one statement that was asked for."""
    operations.make(code, parse_month(month), revision, current_app.extensions["settings"].lease_seconds)
