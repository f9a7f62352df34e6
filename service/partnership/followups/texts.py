"""How an earmark or a target stands, in words: the same on every page and paper."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.partnership.followups.rules import Followed, FollowedKind, TellingFault
from service.platform.web.language import day, money, number

FAULTS = {
    TellingFault.TO_COME: _l("The day has not come yet."),
    TellingFault.BEFORE: _l("The day lies before the year that it is told of."),
    TellingFault.TOO_EARLY: _l(
        "This is told when the year is over, or the agreement: write a day on or after its last."
    ),
    TellingFault.SMALL: _l("Numbers of people from 1 to %(most)s are not told: write 0, or %(least)s and more."),
}


def what(one: Followed, measures: Mapping[str, str]) -> str:
    """What was agreed: "40.000 kr. til dokumentation i 2026"."""
    subject = one.subject
    if subject.kind is FollowedKind.EARMARK:
        return _(
            "%(amount)s for %(purpose)s in %(year)s", amount=money(one.agreed), purpose=subject.name, year=subject.year
        )
    about = measures.get(subject.name, subject.name)
    return _("%(measure)s in %(year)s, target %(target)s", measure=about, year=subject.year, target=number(one.agreed))


def how(one: Followed) -> str:
    """How it stands: "12.500 kr. brugt 30. september 2026, 27.500 kr. tilbage"."""
    told, left = one.told, one.left
    if told is None or left is None:
        return _("nothing is told yet")
    if one.subject.kind is FollowedKind.TARGET:
        return _("%(number)s reached", number=number(told.amount))
    used = _("%(amount)s used by %(day)s", amount=money(told.amount), day=day(told.as_of))
    if left < 0:
        return _("%(used)s, %(amount)s more than set apart", used=used, amount=money(-left))
    return _("%(used)s, %(amount)s left", used=used, amount=money(left))


def said(one: Followed, measures: Mapping[str, str]) -> str:
    """Both in one line."""
    return f"{what(one, measures)}: {how(one)}"
