"""Numbers of a kind in words: "1 netværksfamilie", "5 netværksfamilier"."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from service.partnership.catalogue.queries import kinds
from service.platform.web.language import chosen

# The texts are asked for when they are shown: in the reader's language, and by number.
COUNTED: Mapping[str, Callable[[int], str]] = {
    "language_cafe": lambda n: ngettext("%(num)s place in a language café", "%(num)s places in a language café", n),
    "homework_help": lambda n: ngettext("%(num)s place in homework help", "%(num)s places in homework help", n),
    "network_family": lambda n: ngettext("%(num)s friend family", "%(num)s friend families", n),
    "mentor": lambda n: ngettext("%(num)s mentor", "%(num)s mentors", n),
    "everyday_interpreter": lambda n: ngettext("%(num)s everyday interpreter", "%(num)s everyday interpreters", n),
    "volunteer_advice": lambda n: ngettext("%(num)s volunteer adviser", "%(num)s volunteer advisers", n),
    "job_club": lambda n: ngettext("%(num)s place in a job club", "%(num)s places in a job club", n),
    "children_youth_group": lambda n: ngettext(
        "%(num)s place in a children's and youth group", "%(num)s places in a children's and youth group", n
    ),
    "womens_activity": lambda n: ngettext("%(num)s place in a women's café", "%(num)s places in a women's café", n),
    "cycling_course": lambda n: ngettext("%(num)s place on a cycling course", "%(num)s places on a cycling course", n),
    "social_event": lambda n: ngettext("%(num)s place at a social event", "%(num)s places at social events", n),
    "leisure_support": lambda n: ngettext("%(num)s leisure-club guide", "%(num)s leisure-club guides", n),
    "companion": lambda n: ngettext("%(num)s companion to meetings", "%(num)s companions to meetings", n),
    "local_information": lambda n: ngettext("%(num)s information event", "%(num)s information events", n),
}
UNITS: Mapping[str, Callable[[], str]] = {
    "language_cafe": lambda: _("places in a language café"),
    "homework_help": lambda: _("places in homework help"),
    "network_family": lambda: _("friend families"),
    "mentor": lambda: _("mentors"),
    "everyday_interpreter": lambda: _("everyday interpreters"),
    "volunteer_advice": lambda: _("volunteer advisers"),
    "job_club": lambda: _("places in a job club"),
    "children_youth_group": lambda: _("places in a children's and youth group"),
    "womens_activity": lambda: _("places in a women's café"),
    "cycling_course": lambda: _("places on a cycling course"),
    "social_event": lambda: _("places at social events"),
    "leisure_support": lambda: _("leisure-club guides"),
    "companion": lambda: _("companions to meetings"),
    "local_information": lambda: _("information events"),
}


def counted(kind: str, number: int) -> str:
    """So many of a kind, in words. A type that the secretariat has added to the catalogue is counted in places."""
    if kind in COUNTED:
        return COUNTED[kind](number)
    return ngettext("%(num)s place: %(name)s", "%(num)s places: %(name)s", number, name=_name(kind))


def unit(kind: str) -> str:
    """What a kind is counted in, with a capital letter: the label of a number."""
    if kind not in UNITS:
        return _name(kind)
    text = UNITS[kind]()
    return text[:1].upper() + text[1:]


def _name(kind: str) -> str:
    known = kinds()
    return known[kind].name(chosen()) if kind in known else kind
