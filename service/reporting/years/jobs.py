"""The worker's door to the papers of a year."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from service.reporting.years import operations


def make(code: str, paper_id: str) -> None:
    """Make one paper that is ready."""
    operations.make(code, UUID(paper_id), current_app.extensions["settings"].lease_seconds)
