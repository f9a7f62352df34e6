"""The worker's door to the papers of agreements."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from service.partnership.agreements import certifying, ending, letters, offering


def make_paper(code: str, agreement_id: str) -> None:
    """Make the paper of an offered agreement."""
    offering.make_paper(code, UUID(agreement_id), current_app.extensions["settings"].lease_seconds)


def make_end_paper(code: str, end_id: str) -> None:
    """Make the paper of an agreement that ends before its term."""
    ending.make_paper(code, UUID(end_id), current_app.extensions["settings"].lease_seconds)


def make_certificate(code: str, certificate_id: str) -> None:
    """Make the certificate of an agreement's approvals."""
    certifying.make_paper(code, UUID(certificate_id), current_app.extensions["settings"].lease_seconds)


def tell(code: str, agreement_id: str) -> None:
    """Owe the mails about an agreement."""
    letters.tell(code, UUID(agreement_id))
