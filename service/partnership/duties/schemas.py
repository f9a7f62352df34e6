"""What is sent to duties."""

from __future__ import annotations

from service.platform.web.date_fields import Day
from service.platform.web.personal import FreeText, Looked


class DoneFields(Looked):
    """That a duty was done: on what day, today when it is left out, and what there is to say of it."""

    done_on = Day(required=False)
    remark = FreeText(300, multiline=True, required=False)
