"""Where people write about second steps, and why it stays."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.factors.models import FactorEvent
from service.platform.keeping import Blankable

BLANKABLES = (
    Blankable(
        column=FactorEvent.reason,
        what=_l("Why a second step was taken away"),
        stays=_l("It is why somebody may do what they may, for those who come after. It ends with the account."),
    ),
)
