"""Where people write of earmarks and targets, and how a text about somebody is taken out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.partnership.followups.models import FollowUp
from service.platform.keeping import Blankable

BLANKABLES = (
    Blankable(column=FollowUp.words, what=_l("Where a number about an earmark or a target is from")),
    Blankable(
        column=FollowUp.name, what=_l("The purpose of an earmark"), stays=_l("It is in the agreement, word for word.")
    ),
)
