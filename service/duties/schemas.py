"""What is sent to duties."""

from __future__ import annotations

from service.web.fields import Day, Strict, Text


class DoneFields(Strict):
    """That a duty was done: on what day, today when it is left out, and what there is to say of it."""

    done_on = Day(required=False)
    remark = Text(300, multiline=True, required=False)
