"""The worker's door to the cooperation agreements that are made here."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from service.network.cooperation import deciding, offering


def make_paper(code: str, offer_id: str) -> None:
    """Make the paper of an offer."""
    offering.make_paper(code, UUID(offer_id), current_app.extensions["settings"].lease_seconds)


def tell(code: str, offer_id: str) -> None:
    """Do what a decision about an agreement gives reason for."""
    deciding.follow_up(code, UUID(offer_id))
