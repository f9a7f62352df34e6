"""For how long the notes of needs are kept."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.network.needs.models import Need
from service.platform.keeping import YEAR, Ending, Retention
from tenants.personal import Data

RETENTIONS = (
    Retention(
        data=Data.FREE_TEXT,
        what=_l("Remarks of needs"),
        model=Need,
        time=2 * YEAR,
        since=Need.over_at,
        after=_l("after the need was met or withdrawn"),
        ending=Ending.BLANKED,
        only=Need.remark != "",
    ),
)
