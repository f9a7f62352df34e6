"""The worker's door to DRC's national year."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from service.desk.national import operations


def make(year_id: str) -> None:
    """Make an edition that was asked for."""
    operations.make(UUID(year_id), current_app.extensions["settings"].lease_seconds)
