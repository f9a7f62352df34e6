"""What is sent about what anyone can find."""

from __future__ import annotations

from service.activity.finder.rules import MAX_ABOUT
from service.platform.web.date_fields import Day
from service.platform.web.fields import YesNo
from service.platform.web.personal import FreeText, Looked
from service.platform.web.slips import TextKind


class PublicGroupFields(Looked):
    """Whether anyone can find a group, and what it says of itself."""

    shown = YesNo(required=False)
    contact = YesNo(required=False)
    about = FreeText(MAX_ABOUT, TextKind.TERMS, multiline=True, required=False)
    agreed_on = Day(required=False)
