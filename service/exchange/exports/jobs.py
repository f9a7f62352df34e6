"""The worker's door to the exports."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from service.exchange.exports import operations


def make(export_id: str) -> None:
    """Make the file that an export waits for."""
    operations.make(UUID(export_id), current_app.extensions["settings"].lease_seconds)
