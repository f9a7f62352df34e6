"""What the parts of a scope are called where two are compared, and under which heading each is told.

Every field of a scope has words here; a test says which lacks them. Until then it is told by its own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from service.partnership.agreements.texts import SCOPE_PARTS
from service.partnership.catalogue.texts import (
    CAPABILITIES,
    DUTY_OFTEN,
    LEGAL_BASES,
    LEVELS,
    PARTY_KINDS,
    PRICE_ADJUSTMENTS,
    VAT,
)
from tenants.scope import (
    AgreedActivity,
    Capability,
    Contact,
    Duty,
    Every,
    Instalment,
    LegalBasis,
    Level,
    Payment,
    Scope,
    Target,
    YearAmount,
)
from tenants.terms import Earmark, FurtherParty, OwnClause, PartyKind, Post, PriceAdjustment, Vat

WORDS: Mapping[type, Mapping[str, Any]] = {
    Scope: SCOPE_PARTS,
    Payment: {
        "legal_basis": _l("Legal basis"),
        "amounts": _l("Amount a year"),
        "instalments": _l("Instalments"),
        "gln": _l("EAN number (GLN)"),
        "reference_person": _l("Reference person"),
        "earmarks": _l("Earmarked"),
        "vat": _l("VAT"),
        "price_adjustment": _l("Price adjustment"),
    },
    Post: {"title": _l("Position"), "count": _l("Number"), "minutes_per_week": _l("Hours a week")},
    FurtherParty: {
        "name": _l("Name"),
        "cvr": _l("CVR number"),
        "kind": _l("Kind"),
        "role": _l("Role"),
        "ore_per_year": _l("Amount a year"),
    },
    Earmark: {"purpose": _l("Purpose"), "ore": _l("Amount"), "year": _l("Year")},
    OwnClause: {"clause": _l("Clause"), "body": _l("Words")},
    AgreedActivity: {
        "activity_type": _l("Activity type"),
        "place": _l("Place"),
        "frequency": _l("How often"),
        "starts_on": _l("First day"),
        "ends_on": _l("Last day"),
        "distinction": _l("The written distinction"),
        "children_under_15": _l("Children under 15 are met"),
    },
    Target: {
        "measure": _l("Counted in"),
        "value": _l("Number"),
        "year": _l("Year"),
        "activity_type": _l("Activity type"),
    },
    YearAmount: {"year": _l("Year"), "ore": _l("Amount")},
    Instalment: {"due_on": _l("Due"), "ore": _l("Amount")},
    Contact: {"name": _l("Name"), "title": _l("Title"), "phone": _l("Phone"), "email": _l("E-mail")},
    Duty: {"text": _l("The duty"), "due_on": _l("Deadline"), "every": _l("How often")},
}
CHOICES: Mapping[type, Mapping[Any, Any]] = {
    Level: LEVELS,
    Capability: CAPABILITIES,
    Every: DUTY_OFTEN,
    LegalBasis: LEGAL_BASES,
    PartyKind: PARTY_KINDS,
    Vat: VAT,
    PriceAdjustment: PRICE_ADJUSTMENTS,
}
HEADINGS: Mapping[
    str, Any
] = {  # under which a field of the scope is told, in this order; what is not named stands last
    "level": _l("Level and what it opens"),
    "capabilities": _l("Level and what it opens"),
    "starts_on": _l("Term and notice"),
    "ends_on": _l("Term and notice"),
    "notice_months": _l("Term and notice"),
    "evaluation_on": _l("Term and notice"),
    "payment": _l("Payment"),
    "activities": _l("Agreed activities"),
    "targets": _l("Targets"),
    "municipality_duties": _l("What the municipality undertakes"),
    "drc_duties": _l("What DRC undertakes"),
    "municipality_contact": _l("Contacts"),
    "drc_contact": _l("Contacts"),
    "clauses_left_out": _l("Departures from the standard text"),
    "own_clauses": _l("Departures from the standard text"),
}
