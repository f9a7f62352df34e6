"""The shape of needs and moves as they are sent: by the form's fields or as JSON."""

from __future__ import annotations

from service.network.needs.rules import LANGUAGES, MOST
from service.platform.web.api import Code, Id
from service.platform.web.date_fields import Day
from service.platform.web.fields import Number, Text, Ticks
from service.platform.web.personal import FreeText, Looked

LONGEST = 500


class RemarkFields(Looked):
    """A remark."""

    remark = FreeText(LONGEST, multiline=True, required=False)


class NeedFields(RemarkFields):
    """What is lacking, whole."""

    kind = Text(60)
    number = Number(1, MOST)
    needed_by = Day(required=False)
    languages = Ticks(frozenset(LANGUAGES))


class NewNeedFields(NeedFields):
    """What a municipality lacks, and which."""

    municipality_code = Code()


class WithdrawFields(Looked):
    """Why a need is no more."""

    reason = FreeText(LONGEST, multiline=True, required=False)


class ProgressFields(RemarkFields):
    """How many are in place."""

    in_place = Number(0, MOST)


class NeedAnswerFields(RemarkFields):
    """A group that has some of what is lacking, and how many."""

    group_id = Id()
    number = Number(1, MOST)
