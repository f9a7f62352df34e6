"""The worker's door to the mail."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app

from service.platform.notices import operations


def send(code: str, notice_id: str) -> None:
    """Send one mail that is owed."""
    settings = current_app.extensions["settings"]
    host = urlsplit(settings.public_url).hostname or "localhost"
    operations.send(code, UUID(notice_id), settings.mail_url, host, settings.lease_seconds)
