"""A group's cooperation agreement, drafted and offered by the operations themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from service.network.cooperation import drafting, offering
from service.network.cooperation.models import CooperationDecision, CooperationOffer
from tenants.database import db, now, uuid7
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


def withdrawn(code: str, group_id: UUID, person_id: UUID, words: str) -> None:
    """An agreement that was offered a group and withdrawn again, with some words in it: what matters is whose it is."""
    terms = {
        "starts_on": "2020-01-01",
        "ends_on": None,
        "notice_months": 3,
        "municipality_codes": [code],
        "area": words,
        "activities": ["language_cafe"],
        "distinctions": [DISTINCT],
        "group_duties": words,
        "drc_duties": "",
        "income": "",
        "municipal_agreement": "",
        "integration_council_seat": False,
        "group_contact": CONTACT,
        "drc_contact": CONTACT,
    }
    row = CooperationOffer(
        municipality_code=code,
        id=uuid7(),
        group_id=group_id,
        state="withdrawn",
        told_state="withdrawn",
        terms=terms,
        number=f"{code}-2020-9001",
        work_state="done",
        created_by=person_id,
        created_at=now(),
        changed_by=person_id,
        changed_at=now(),
    )
    row.facts = drafting.facts_of(row) | {"issued_on": "2020-01-01"}
    db.session.add(row)
    db.session.flush()
    acts = ("offered", "withdrawn")
    said = {
        "person_name": "Prøve",
        "person_title": "",
        "words": words,
        "sha256": "",
        "note": "",
        "person_id": person_id,
    }
    one = {"municipality_code": code, "offer_id": row.id, "party": "drc", "way": "account", "at": now(), **said}
    db.session.add_all(CooperationDecision(act=act, **one) for act in acts)
