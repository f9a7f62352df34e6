"""Roles in words, in the language of the page."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.platform.web.identity import Role

ROLES = {
    Role.SECRETARIAT: _l("DRC's secretariat"),
    Role.CONSULTANT: _l("DRC's consultant"),
    Role.MANAGER: _l("Manager"),
    Role.STAFF: _l("Staff"),
}


def role_in_words(role: Role, municipality: str | None, territory: str | None) -> str:
    """What somebody does where, for the middle of a sentence."""
    match role:
        case Role.SECRETARIAT:
            return _("one of DRC's secretariat")
        case Role.CONSULTANT:
            return _("DRC's consultant in %(territory)s", territory=territory)
        case Role.MANAGER:
            return _("a manager in %(municipality)s", municipality=municipality)
        case Role.STAFF:
            return _("one of the staff in %(municipality)s", municipality=municipality)
