"""The worker's doors to the imports and the exports."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from service.exchange.transfers import exporting
from service.exchange.transfers import work as steps


def work(import_id: str) -> None:
    """Do the step that an import waits for."""
    steps.work(UUID(import_id), current_app.extensions["settings"].lease_seconds)


def make(export_id: str) -> None:
    """Make the file that an export waits for."""
    exporting.make(UUID(export_id), current_app.extensions["settings"].lease_seconds)
