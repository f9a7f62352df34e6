"""The worker's door to months that are told anew."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from service.activity.activities import telling


def tell(code: str, telling_id: str) -> bool:
    """Tell a closed month anew that something has come late to. Returns whether this call asked."""
    return telling.tell(code, UUID(telling_id), current_app.extensions["settings"].lease_seconds)
