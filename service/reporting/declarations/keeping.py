"""Where the names of groups are kept, and how a text about somebody is taken out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.keeping import REMOVED, Blankable
from service.reporting.declarations.models import Declaration

BLANKABLES = (
    Blankable(column=Declaration.group_name, what=_l("The name of a group, in a declaration"), blank=REMOVED),
)
