"""The words of one's own data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from service.volunteer.own_data.rules import WishKind
from service.volunteer.volunteers.texts import CHILDREN, PURPOSES, ROLES, STATUSES

WISHES = {
    WishKind.CORRECT: _l("Something is to be corrected"),
    WishKind.STOP: _l("DRC is not to write or call any more"),
    WishKind.FORGET: _l("The person wants to be forgotten"),
}
KINDS = {"drc": _l("DRC"), "clock": _l("the service itself")}  # who did something, where no role is known
_STATUSES = {code.value: words for code, (words, _colour) in STATUSES.items()}
CODES: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("volunteers", "status"): _STATUSES,
    ("volunteer_status_changes", "status"): _STATUSES,
    ("volunteer_roles", "role"): {code.value: words for code, words in ROLES.items()},
    ("volunteer_roles", "children"): {code.value: words for code, words in CHILDREN.items()},
    ("volunteer_consents", "purpose"): {code.value: words for code, words in PURPOSES.items()},
    ("own_data_wishes", "kind"): {code.value: words for code, words in WISHES.items()},
}
