"""The worker's door to the mails about second steps."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app

from service.platform.factors import letters


def send(event_id: str) -> None:
    """Send the mail of an event."""
    settings = current_app.extensions["settings"]
    host = urlsplit(settings.public_url).hostname or "localhost"
    letters.send(UUID(event_id), settings.mail_url, settings.public_url, host, settings.lease_seconds)
