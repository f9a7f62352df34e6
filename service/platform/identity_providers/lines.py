"""Municipalities whose login has left them without a manager, as lines of the Monday list."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.identity_providers import queries
from service.platform.lines import LineGroup, TaskSource, here, plain

LINES = (
    TaskSource(
        "manager_lost",
        LineGroup.MISSING,
        2,
        queries.without_manager,
        _l("Municipalities without a manager"),
        plain(
            _l(
                "On %(day)s the municipality's login stopped sending the role of its last manager. Nobody there can approve."
                " Ask whether it was meant, and let the secretariat invite another."
            )
        ),
        _l("See the municipality"),
        "home.municipality",
        here,
    ),
)
