"""The worker's door to the mails with a link."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app

from service.platform.people import addresses, operations


def send(invitation_id: str) -> None:
    """Send the mail of an invitation."""
    settings = current_app.extensions["settings"]
    host = urlsplit(settings.public_url).hostname or "localhost"
    operations.send(UUID(invitation_id), settings.mail_url, host, settings.lease_seconds)


def send_address(change_id: str) -> None:
    """Send the mails of a change of address."""
    settings = current_app.extensions["settings"]
    host = urlsplit(settings.public_url).hostname or "localhost"
    addresses.send(UUID(change_id), settings.mail_url, host, settings.lease_seconds)
