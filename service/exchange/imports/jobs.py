"""The worker's door to the imports."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from service.exchange.imports import work as steps


def work(import_id: str) -> None:
    """Do the step that an import waits for."""
    steps.work(UUID(import_id), current_app.extensions["settings"].lease_seconds)
