"""What stands in files, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from service.network.networks.texts import STATUSES as GROUP_STATUSES
from service.volunteer.volunteers.texts import STATUSES as VOLUNTEER_STATUSES

KIND_NAMES = {"groups": _l("Groups"), "volunteers": _l("Volunteers"), "sessions": _l("Past sessions")}


FILE_NAMES = {"groups": "grupper", "volunteers": "frivillige", "sessions": "afholdte-gange"}


STATUSES_OF: Mapping[str, Mapping[Any, tuple[Any, str]]] = {
    "groups": GROUP_STATUSES,
    "volunteers": VOLUNTEER_STATUSES,
}
