"""Where people write about duties, and how a text about somebody is taken out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.partnership.duties.models import OwedDuty
from service.platform.keeping import Blankable

BLANKABLES = (
    Blankable(column=OwedDuty.remark, what=_l("The remark to a duty")),
    Blankable(column=OwedDuty.title, what=_l("A duty"), stays=_l("It is in the agreement, word for word.")),
)
