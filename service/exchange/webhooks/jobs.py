"""The worker's door to what a municipality's systems are told."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from service.exchange.webhooks import operations


def send(code: str, message_id: str) -> None:
    """Tell one system of one paper."""
    operations.send(code, UUID(message_id), current_app.extensions["settings"].lease_seconds)
