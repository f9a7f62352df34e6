"""The worker's door to the links that confirm."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app

from service.activity.interests import operations


def send(interest_id: str) -> None:
    """Mail the link that confirms that somebody would like to join."""
    settings = current_app.extensions["settings"]
    host = urlsplit(settings.public_url).hostname or "localhost"
    operations.send(UUID(interest_id), settings.mail_url, host, settings.lease_seconds)
