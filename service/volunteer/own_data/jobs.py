"""The worker's door to the links to one's own data."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app

from service.volunteer.own_data import operations


def send(link_id: str) -> None:
    """Gather what a link is to show, and mail it."""
    settings = current_app.extensions["settings"]
    host = urlsplit(settings.public_url).hostname or "localhost"
    operations.send(UUID(link_id), settings.mail_url, host, settings.lease_seconds)
