"""The worker's door to the log of papers."""

from __future__ import annotations

from flask import current_app

from service.platform.paper_log import stamping


def stamp(size: int) -> None:
    """Get the time stamp of a checkpoint."""
    stamping.stamp(size, current_app.extensions["settings"].lease_seconds)
