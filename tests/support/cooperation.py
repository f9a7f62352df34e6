"""A group's cooperation agreement, drafted and offered by the operations themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from service.network.cooperation import drafting, offering
from service.network.cooperation.models import CooperationOffer
from tests.support.papers import laid_out_once

CONTACT = {"name": "Kim Kontakt", "title": "forkvinde", "phone": "12 34 56 78", "email": "kim@frivillig.example"}
DISTINCT = {"activity_type": "language_cafe", "text": "Fri samtale over en kop kaffe, som ikke er danskuddannelse."}


def whole_draft(group_id: UUID, person_id: UUID, **changes: Any) -> CooperationOffer:
    """A draft in which nothing is missing, of a group that has a language café."""
    row = drafting.begin(group_id, person_id)
    settled = {**row.terms, "starts_on": row.starts_on, "group_contact": CONTACT, "distinctions": [DISTINCT]}
    return drafting.change(row.id, {**settled, **changes}, person_id)


def paper_made(code: str, offer_id: UUID) -> None:
    """Let its paper be made, by unattended work."""
    with laid_out_once():
        assert offering.make_paper(code, offer_id, 60)
