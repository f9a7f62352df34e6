"""What is said of how long an agreement runs: on its page, in lists and on the start page."""

from __future__ import annotations

from flask_babel import gettext as _

from service.partnership.agreements.validity import End, Validity, ValidityStage
from service.platform.web.language import day


def tag(found: Validity) -> tuple[str, str]:
    """The state that gives a tag its colour, and what it says: "Opsagt, slutter 28. februar 2027"."""
    if found.stage is ValidityStage.IN_FORCE and found.end is End.TERM:
        return "issued", _("In force")
    return "offered" if found.stage is ValidityStage.IN_FORCE else "terminated", _said(found)


def _said(found: Validity) -> str:
    over = found.stage is ValidityStage.OVER
    if found.successor and found.stage is not ValidityStage.TO_COME:
        about = {"day": day(found.successor.starts_on), "number": found.successor.number}
        if over:
            return _("Replaced %(day)s by %(number)s", **about)
        return _("Is replaced %(day)s by %(number)s", **about)
    if found.end is End.NOTICE:
        last = day(found.last_day)
        return _("Notice given, ended %(day)s", day=last) if over else _("Notice given, ends %(day)s", day=last)
    if over:
        return _("Ran out %(day)s", day=day(found.last_day))
    return _("Takes effect %(day)s", day=day(found.first_day))


def last_day_and_why(found: Validity) -> str:
    """The last day of an agreement, and what makes it the last."""
    last = day(found.last_day)
    if found.successor:
        return _("%(day)s, as %(number)s takes its place the day after", day=last, number=found.successor.number)
    if found.end is End.NOTICE:
        return _("%(day)s, as notice has been given", day=last)
    return _("%(day)s, when the term ends", day=last)
