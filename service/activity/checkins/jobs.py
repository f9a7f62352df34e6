"""The worker's door to the check-ins."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from service.activity.checkins import recording


def record(code: str, checkin_id: str) -> None:
    """Record the sessions that an answer tells of."""
    recording.record(code, UUID(checkin_id), current_app.extensions["settings"].lease_seconds)
