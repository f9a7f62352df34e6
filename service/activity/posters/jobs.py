"""The worker's door to the posters."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from service.activity.posters import operations


def make(code: str, poster_id: str) -> None:
    """Make a poster that was asked for."""
    operations.make(code, UUID(poster_id), current_app.extensions["settings"].lease_seconds)
