"""For how long the notes of needs are kept."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.network.needs import operations
from service.network.needs.models import Need, NeedAnswer, NeedEvent, Reallocation
from service.platform.keeping import YEAR, Blankable, Ending, Retention
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
BLANKABLES = (
    Blankable(column=Need.remark, what=_l("The remark of a need")),
    Blankable(column=NeedEvent.remark, what=_l("A note in the story of a need"), take=operations.take_note),
    Blankable(column=Reallocation.remark, what=_l("A note to capacity that is moved"), take=operations.take_note),
    Blankable(
        column=Reallocation.answer_remark, what=_l("The answer to capacity that is moved"), take=operations.take_note
    ),
    Blankable(column=Reallocation.given_back_remark, what=_l("Why capacity was given back"), take=operations.take_note),
    Blankable(column=NeedAnswer.remark, what=_l("A note in the answer to a need"), take=operations.take_note),
    Blankable(
        column=NeedAnswer.given_back_remark,
        what=_l("Why an answer to a need was given back"),
        take=operations.take_note,
    ),
)
