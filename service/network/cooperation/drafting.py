"""A cooperation agreement is drafted: begun from what is known of the group, changed, looked at as it would be printed, or thrown away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from service.network.cooperation import paper as printing
from service.network.cooperation import queries
from service.network.cooperation.models import CooperationOffer
from service.network.cooperation.rules import OfferState
from service.network.networks import queries as networks
from service.network.networks.models import Group
from service.network.networks.operations import maintained
from service.partnership.catalogue.clauses import ClauseError
from service.partnership.catalogue.queries import kinds, text_in_force
from service.partnership.catalogue.rules import BoundarySide, CatalogueType, MeetsChildren, why_not
from service.platform.accounts.models import Person
from service.platform.ledger.operations import record
from service.platform.web.errors import Conflict, Invalid, Refusal
from service.platform.web.language import day as day_in_words
from service.platform.web.versions import WHATEVER, Seen
from service.platform.work import leases
from tenants.calendar import day_of, first_of, month_after
from tenants.database import db, now
from tenants.reach import present
from tenants.register import municipalities

NOTICE_MONTHS = 3
TERM = ("starts_on", "ends_on")
NOBODY = {"name": "", "title": "", "phone": "", "email": ""}


def begin(group_id: UUID, person_id: UUID) -> CooperationOffer:
    """Begin a draft of what the group would agree to: as the last one that was made here, else from what is known of the group.

    Raises NotFound, Refusal for a group that others look after or that is at home nowhere, and Conflict where one is under way.
    """
    group = maintained(group_id)
    if queries.under_way(group_id) is not None:
        raise Conflict(_("An agreement with the group is under way already. Go on with that one."))
    home = next((area.municipality_code for area in networks.areas([group_id])[group_id] if area.home), None)
    if home is None:
        raise Refusal(_("The group is at home in no municipality. Tick where it is at home first."))
    if home not in present().codes:
        raise Refusal(_("The group is at home in another territory. The consultant there makes the agreement."))
    last, anew = next(iter(queries.offers(group_id)), None), _known(group, person_id)
    terms = last.terms | {name: anew[name] for name in TERM} if last else anew
    return draft_of(home, group_id, terms, person_id, last)


def draft_of(
    code: str, group_id: UUID, terms: Mapping[str, Any], person_id: UUID, before: CooperationOffer | None
) -> CooperationOffer:
    """A draft with these terms, where the group is or was at home; of the one before it has the contact, where there is one.

    Two of a group are kept apart by whoever holds the group.
    """
    moment = now()
    row = CooperationOffer(
        municipality_code=code,
        group_id=group_id,
        state=OfferState.DRAFT,
        terms=dict(terms),
        work_state=leases.DONE,
        address_by=before.address_by if before else person_id,
        address_at=before.address_at if before else moment,
        created_by=person_id,
        created_at=moment,
        changed_by=person_id,
        changed_at=moment,
    )
    db.session.add(row)
    db.session.flush()
    record("cooperation.drafted", f"group:{group_id}")
    return row


def _known(group: Group, person_id: UUID) -> dict[str, Any]:
    """The terms that follow from what is known of the group, for whoever drafts it."""
    areas, contact = networks.areas([group.id])[group.id], networks.contact(group.id)
    person = db.session.get_one(Person, person_id)
    return {
        "starts_on": month_after(first_of(day_of(now()))).isoformat(),
        "ends_on": None,
        "notice_months": NOTICE_MONTHS,
        "municipality_codes": [area.municipality_code for area in areas],
        "area": ", ".join(area.part for area in areas if area.part),
        "activities": list(group.themes),
        "distinctions": [],
        "group_duties": "",
        "drc_duties": "",
        "income": "",
        "municipal_agreement": "",
        "integration_council_seat": False,
        "group_contact": NOBODY | (networks.parts(contact, "name", "phone", "email") if contact else {}),
        "drc_contact": NOBODY | networks.parts(person, "name", "title", "phone", "email"),
    }


def drafted(offer_id: UUID, group_id: UUID | None = None) -> CooperationOffer:
    """A draft, locked, for whoever looks after the group. Raises NotFound, Refusal, and Conflict where it has been offered."""
    row = queries.offer(offer_id, group_id)
    maintained(row.group_id)
    row = queries.offer(offer_id, lock=True)
    if row.state != OfferState.DRAFT:
        raise Conflict(_("This is not a draft any more: it has been offered."))
    return row


def change(offer_id: UUID, given: Mapping[str, Any], person_id: UUID, seen: Seen = WHATEVER) -> CooperationOffer:
    """Give a draft the terms that are sent. Raises NotFound, Refusal, Conflict, Changed, and Invalid by field."""
    row = drafted(offer_id)
    seen.still(row.terms)
    terms = as_kept(given)
    if errors := faults(row.group_id, terms):
        raise Invalid(errors)
    if _address(terms) != _address(row.terms):
        row.address_by, row.address_at = person_id, now()
    row.terms, row.changed_by, row.changed_at = terms, person_id, now()
    db.session.flush()
    record("cooperation.draft_changed", f"group:{row.group_id}")
    return row


def _address(terms: Mapping[str, Any]) -> str:
    return str(terms["group_contact"]["email"]).casefold()


def discard(offer_id: UUID) -> UUID:
    """Throw a draft away. Returns its group's id. Raises NotFound, Refusal and Conflict."""
    row = drafted(offer_id)
    db.session.delete(row)
    record("cooperation.discarded", f"group:{row.group_id}")
    return row.group_id


def as_kept(given: Mapping[str, Any]) -> dict[str, Any]:
    """Terms as they are stored: JSON, in the shape that they are sent in."""
    days = {name: given[name].isoformat() if given[name] else None for name in TERM}
    ticked = {name: sorted(given[name]) for name in ("municipality_codes", "activities")}
    return {**given, **days, **ticked, "distinctions": [dict(each) for each in given["distinctions"] if each["text"]]}


def faults(group_id: UUID, terms: Mapping[str, Any]) -> dict[str, list[str]]:
    """What keeps terms from being agreed with a group, in words, by field; whatever is whole has none."""
    errors: dict[str, list[str]] = {}
    starts_on = dt.date.fromisoformat(terms["starts_on"])
    if terms["ends_on"] is not None and dt.date.fromisoformat(terms["ends_on"]) < starts_on:
        errors["ends_on"] = [_("The last day must not be before the first.")]
    before = next(iter(queries.of_group(group_id)), None)
    if before is not None and starts_on <= before.starts_on:
        day = day_in_words(before.starts_on)
        errors["starts_on"] = [_("The group has an agreement from %(day)s. A new one begins after that day.", day=day)]
    served = {area.municipality_code for area in networks.areas([group_id])[group_id]}
    if not terms["municipality_codes"] or not served.issuperset(terms["municipality_codes"]):
        errors["municipality_codes"] = [_("Choose one or more of the municipalities that the group serves.")]
    if not set(networks.group(group_id).themes).issuperset(terms["activities"]):
        errors["activities"] = [_("Choose one of the options.")]
    errors |= _undistinguished(terms)
    for side in ("group_contact", "drc_contact"):
        errors |= {f"{side}-{name}": [_("Fill in this field.")] for name in ("name", "email") if not terms[side][name]}
    if (theirs := terms["group_contact"]["email"]) and theirs.casefold() == terms["drc_contact"]["email"].casefold():
        errors["group_contact-email"] = [_("The group answers at an address of its own, not at DRC's.")]
    return errors


def close_to_duties(codes: Sequence[str]) -> list[CatalogueType]:
    """Of some activity types those that lie close to a public duty: what tells them apart is to be written."""
    known = networks.themes()
    return [known[code] for code in codes if code in known and known[code].side is BoundarySide.BORDERLINE]


def _undistinguished(terms: Mapping[str, Any]) -> dict[str, list[str]]:
    written = {each["activity_type"]: each["text"] for each in terms["distinctions"]}
    wrong = [why for kind in close_to_duties(terms["activities"]) if (why := why_not(kind, written.get(kind.code)))]
    return {"distinctions": wrong} if wrong else {}


def facts_of(row: CooperationOffer) -> dict[str, Any]:
    """All that the paper of a draft would say today. Raises Refusal for one that cannot be printed."""
    today, group, names = day_of(now()), networks.group(row.group_id), {each.code: each for each in municipalities()}
    clauses, principles = text_in_force("cooperation", today), text_in_force("principles", today)
    known = kinds()
    agreed = [known[code] for code in known if code in row.terms["activities"]]
    try:
        return printing.facts(
            row.terms,
            group={"name": group.name, "cvr": group.cvr},
            municipalities=[names[code].official_name for code in row.terms["municipality_codes"]],
            activities=agreed,
            children=any(_meets_children(kind, group) for kind in agreed),
            clause_texts=clauses.content["clause"],
            clause_version=clauses.version,
            principles=principles.content["principles"],
            principles_version=principles.version,
        )
    except ClauseError as error:
        raise Refusal(_("The agreement cannot be printed from this draft: %(error)s", error=str(error))) from error


def _meets_children(kind: CatalogueType, group: Group) -> bool:
    return kind.children_under_15 is MeetsChildren.YES or (
        kind.children_under_15 is MeetsChildren.MAYBE and group.meets_children
    )
