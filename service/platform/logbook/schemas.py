"""What the pages of the ledger are sent."""

from __future__ import annotations

from service.platform.logbook.rules import MAX_REMARK
from service.platform.web.date_fields import Day
from service.platform.web.fields import Strict
from service.platform.web.personal import FreeText, Looked


class SampleFields(Strict):
    """The period that a sample is drawn from, both days within."""

    first = Day()
    last = Day()


class SignedFields(Looked):
    """What whoever signs a sample has to say."""

    remark = FreeText(MAX_REMARK, multiline=True)
