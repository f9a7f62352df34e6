"""What is sent to duties."""

from __future__ import annotations

from service.platform.web.date_fields import Day
from service.platform.web.fields import Strict, Text, YesNo


class DoneFields(Strict):
    """That a duty was done: on what day, today when it is left out, and what there is to say of it.

    `text_checked`: the writer has looked again, and the remark says nothing of a person.
    """

    done_on = Day(required=False)
    remark = Text(300, multiline=True, required=False)
    text_checked = YesNo(required=False)
