"""The groups of the Monday list in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.monday.rules import Group

GROUPS = {
    Group.FAILED: _l("Failed"),
    Group.WAITS: _l("Waits for an answer"),
    Group.MISSING: _l("Is missing"),
    Group.DUE: _l("Is due"),
    Group.ENDS: _l("Ends soon"),
    Group.LAGS: _l("Lags"),
}
