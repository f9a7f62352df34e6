"""Contacts who are gone, as lines of the Monday list."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.partnership.contacts import queries
from service.platform.lines import LineGroup, TaskSource, here, plain

LINES = (
    TaskSource(
        "contact_gone",
        LineGroup.MISSING,
        3,
        queries.gone,
        _l("Contacts who have left"),
        plain(_l("A contact of the agreement left on %(day)s.")),
        _l("Name another"),
        "contacts.listing",
        here,
    ),
)
