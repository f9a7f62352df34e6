"""What is said of how long an agreement runs: on its page, in lists and on the start page."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.partnership.agreements.rules import RenewalStage
from service.partnership.agreements.validity import End, Validity, ValidityStage
from service.platform.web.language import day

RENEWALS = {
    RenewalStage.TO_DRAFT: _l("Without a draft"),
    RenewalStage.DRAFTED: _l("Drafted"),
    RenewalStage.UNDERWAY: _l("On their way"),
}
SCOPE_PARTS = {  # what the parts of a scope are called, by their names
    "level": _l("Level"),
    "starts_on": _l("First day"),
    "ends_on": _l("Last day"),
    "municipality_contact": _l("The municipality's contact"),
    "drc_contact": _l("DRC's contact"),
    "capabilities": _l("What the municipality can see and do"),
    "activities": _l("Agreed activities"),
    "targets": _l("Targets"),
    "payment": _l("Payment"),
    "notice_months": _l("Notice"),
    "department": _l("The municipality's department"),
    "purpose": _l("Purpose"),
    "target_groups": _l("Target groups"),
    "municipality_duties": _l("What the municipality undertakes"),
    "drc_duties": _l("What DRC undertakes"),
    "premises": _l("Premises that the municipality provides"),
    "support": _l("DRC's support of the volunteers"),
    "meetings_per_year": _l("Status meetings a year"),
    "evaluation_on": _l("Evaluated by"),
    "case_number": _l("The municipality's case number"),
    "kle_number": _l("KLE number"),
    "posts": _l("Positions"),
    "further_parties": _l("Further parties"),
    "clauses_left_out": _l("Clauses left out"),
    "own_clauses": _l("Clauses in words of their own"),
}


def tag(found: Validity) -> tuple[str, str]:
    """The state that gives a tag its colour, and what it says: "Opsagt, slutter 28. februar 2027"."""
    if found.stage is ValidityStage.IN_FORCE and found.end is End.TERM:
        return "issued", _("In force")
    return "offered" if found.stage is ValidityStage.IN_FORCE else "terminated", _said(found)


def _said(found: Validity) -> str:
    over = found.stage is ValidityStage.OVER
    if found.successor and found.stage is not ValidityStage.TO_COME:
        about = {"day": day(found.successor.starts_on), "number": found.successor.number}
        if found.successor.is_addendum:
            return (
                _("Changed %(day)s by %(number)s", **about) if over else _("Is changed %(day)s by %(number)s", **about)
            )
        if over:
            return _("Replaced %(day)s by %(number)s", **about)
        return _("Is replaced %(day)s by %(number)s", **about)
    last = day(found.last_day)
    if found.end is End.NOTICE:
        return _("Notice given, ended %(day)s", day=last) if over else _("Notice given, ends %(day)s", day=last)
    if found.end is End.AGREED:
        return _("Ended early %(day)s", day=last) if over else _("Ends early %(day)s", day=last)
    if found.end is End.BREACH:
        return _("Ended for breach %(day)s", day=last) if over else _("Ends for breach %(day)s", day=last)
    if over:
        return _("Ran out %(day)s", day=day(found.last_day))
    return _("Takes effect %(day)s", day=day(found.first_day))


def last_day_and_why(found: Validity) -> str:
    """The last day of an agreement, and what makes it the last."""
    last = day(found.last_day)
    if found.successor and found.successor.is_addendum:
        return _("%(day)s, as %(number)s changes it from the day after", day=last, number=found.successor.number)
    if found.successor:
        return _("%(day)s, as %(number)s takes its place the day after", day=last, number=found.successor.number)
    if found.end is End.NOTICE:
        return _("%(day)s, as notice has been given", day=last)
    if found.end is End.AGREED:
        return _("%(day)s, as both parties have agreed", day=last)
    if found.end is End.BREACH:
        return _("%(day)s, as it was ended for breach", day=last)
    return _("%(day)s, when the term ends", day=last)
