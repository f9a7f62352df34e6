"""What the parts of a draft and the fields in them are called."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from service.partnership.partnerships.parts import DraftPart

PARTS = {  # what it is called, and what stands in it
    DraftPart.PARTIES: (_l("Parties and contacts"), _l("Contacts, further parties and filing")),
    DraftPart.LEVEL: (_l("Level"), _l("How far the partnership goes")),
    DraftPart.ACTIVITIES: (_l("Activities"), _l("What is agreed on, where and how often")),
    DraftPart.CAPABILITIES: (_l("Access"), _l("What the municipality can see and do")),
    DraftPart.TARGETS: (_l("Targets"), _l("Figures to reach in a year")),
    DraftPart.MONEY: (_l("Money"), _l("Amounts, instalments, earmarks and positions")),
    DraftPart.TERM: (_l("Term and notice"), _l("First and last day, notice, evaluation and meetings")),
    DraftPart.WORDS: (_l("Words of the clauses"), _l("Purpose, target groups, duties, premises and support")),
    DraftPart.CLAUSES: (_l("Departures from the standard text"), _l("Clauses left out, or said in words of their own")),
}
LEFT_OUT = {  # what the agreement says where a part that may be left out was not begun
    DraftPart.CAPABILITIES: _l("Not begun: it follows the level"),
    DraftPart.TARGETS: _l("Not begun: no targets"),
    DraftPart.MONEY: _l("Not begun: no payment"),
    DraftPart.WORDS: _l("Not begun: the clauses' own words"),
    DraftPart.CLAUSES: _l("Not begun: the standard text"),
}
FIELDS = {
    "department": _l("The municipality's department"),
    "municipality_contact": _l("The municipality's contact"),
    "drc_contact": _l("DRC's contact"),
    "further_parties": _l("Further parties"),
    "further_parties-name": _l("Name"),
    "further_parties-cvr": _l("CVR number"),
    "further_parties-kind": _l("Kind"),
    "further_parties-role": _l("Role"),
    "further_parties-ore_per_year": _l("Pays a year"),
    "case_number": _l("The municipality's case number"),
    "kle_number": _l("KLE number"),
    "level": _l("Level"),
    "capabilities": _l("What the municipality can see and do"),
    "activities": _l("Agreed activities"),
    "activities-activity_type": _l("Activity type"),
    "activities-place": _l("Place"),
    "activities-times": _l("Times"),
    "activities-every": _l("How often"),
    "activities-starts_on": _l("First day"),
    "activities-ends_on": _l("Last day"),
    "activities-distinction": _l("The written distinction"),
    "targets": _l("Targets"),
    "targets-measure": _l("Counted in"),
    "targets-value": _l("Number"),
    "targets-year": _l("Year"),
    "targets-activity_type": _l("Activity type"),
    "legal_basis": _l("Legal basis"),
    "amounts_open": _l("The amounts are settled later, by an addendum"),
    "amounts": _l("Amount a year"),
    "amounts-year": _l("Year"),
    "amounts-ore": _l("Amount"),
    "instalments_a_year": _l("Equal instalments a year"),
    "instalments": _l("Instalments"),
    "instalments-due_on": _l("Due"),
    "instalments-ore": _l("Amount"),
    "vat": _l("VAT"),
    "price_adjustment": _l("Price adjustment"),
    "earmarks": _l("Earmarked amounts"),
    "earmarks-purpose": _l("What it is for"),
    "earmarks-ore": _l("Amount"),
    "earmarks-year": _l("Year"),
    "posts": _l("Positions"),
    "posts-title": _l("Position"),
    "posts-count": _l("Number"),
    "posts-minutes_per_week": _l("Hours a week"),
    "gln": _l("EAN number (GLN)"),
    "reference_person": _l("Reference person"),
    "starts_on": _l("First day"),
    "ends_on": _l("Last day"),
    "notice_months": _l("Notice"),
    "evaluation_on": _l("Evaluated by"),
    "meetings_per_year": _l("Status meetings a year"),
    "purpose": _l("Purpose"),
    "target_groups": _l("Target groups"),
    "municipality_duties": _l("What the municipality undertakes"),
    "municipality_duties-text": _l("What the municipality undertakes"),
    "municipality_duties-due_on": _l("Deadline"),
    "municipality_duties-every": _l("How often"),
    "drc_duties": _l("What DRC undertakes"),
    "drc_duties-text": _l("What DRC undertakes"),
    "drc_duties-due_on": _l("Deadline"),
    "drc_duties-every": _l("How often"),
    "premises": _l("Premises that the municipality provides"),
    "support": _l("DRC's support of the volunteers"),
    "clauses_left_out": _l("Clauses left out"),
    "own_clauses": _l("Clauses in words of their own"),
    "own_clauses-clause": _l("Clause"),
    "own_clauses-body": _l("Words"),
    "text_checked": _l("a text that may tell of a person"),
}


def called(names: Iterable[str]) -> list[str]:
    """What the fields are called in which something is wrong, each once: a list by its own name, whichever row it is in."""
    heads = dict.fromkeys(name.partition("-")[0] for name in names)
    return list(dict.fromkeys(str(FIELDS[head]) for head in heads if head in FIELDS))
