"""Where somebody may stand in what groups say of themselves."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.activity.finder.models import PublicGroup
from service.platform.keeping import Blankable

BLANKABLES = (Blankable(column=PublicGroup.about, what=_l("What a group says of itself to everybody")),)
