"""What is sent to statements."""

from __future__ import annotations

from service.platform.web.api import Id
from service.platform.web.date_fields import Day
from service.platform.web.fields import Choice, Strict, YesNo
from service.platform.web.personal import FreeText, Looked
from service.reporting.statements.closing import Wait

MAX_REASON = 300


class EditionFields(Looked):
    """Why a statement is to come in a new edition. It is printed on its first page."""

    reason = FreeText(MAX_REASON, multiline=True)


class StoryFields(Strict):
    """Which story is to stand on a statement, by its check-in, or none; and that whoever chose it has looked again."""

    story = Id(required=False)
    text_checked = YesNo(required=False)


class WaitFields(Strict):
    """Until which day a statement is let wait, and why."""

    until = Day()
    why = Choice(Wait)
