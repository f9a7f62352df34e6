"""The worker's door to the declarations."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from service.reporting.declarations import operations


def make(code: str, declaration_id: str) -> None:
    """Make the paper of a confirmed declaration."""
    operations.make(code, UUID(declaration_id), current_app.extensions["settings"].lease_seconds)
