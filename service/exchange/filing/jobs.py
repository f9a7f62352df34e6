"""The worker's door to what is sent to where a municipality files."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app

from service.exchange.filing import operations


def send(code: str, filing_id: str) -> None:
    """Send one paper that is owed."""
    settings = current_app.extensions["settings"]
    host = urlsplit(settings.public_url).hostname or "localhost"
    operations.send(code, UUID(filing_id), settings.mail_url, host, settings.lease_seconds)
