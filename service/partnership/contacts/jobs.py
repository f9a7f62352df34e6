"""The worker's door to the mails about contacts."""

from __future__ import annotations

from service.partnership.contacts import operations


def tell(code: str) -> None:
    """Owe DRC's people the mails about what a municipality has changed."""
    operations.tell_drc(code)
