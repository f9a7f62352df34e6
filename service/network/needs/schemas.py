"""The shape of needs and moves as they are sent: by the form's fields or as JSON."""

from __future__ import annotations

from service.network.needs.rules import LANGUAGES, MOST
from service.platform.web.api import Code, Id
from service.platform.web.date_fields import Day
from service.platform.web.fields import Number, Strict, Text, Ticks, YesNo

LONGEST = 500


class RemarkFields(Strict):
    """A remark. `text_checked`: the writer has looked again, and it says nothing of a person."""

    __beside__ = ("text_checked",)

    remark = Text(LONGEST, multiline=True, required=False)
    text_checked = YesNo(required=False)


class NeedFields(RemarkFields):
    """What is lacking, whole."""

    kind = Text(60)
    number = Number(1, MOST)
    needed_by = Day(required=False)
    languages = Ticks(frozenset(LANGUAGES))


class NewNeedFields(NeedFields):
    """What a municipality lacks, and which."""

    municipality_code = Code()


class WithdrawFields(Strict):
    """Why a need is no more."""

    reason = Text(LONGEST, multiline=True, required=False)
    text_checked = YesNo(required=False)


class ProgressFields(RemarkFields):
    """How many are in place."""

    in_place = Number(0, MOST)


class NeedAnswerFields(RemarkFields):
    """A group that has some of what is lacking, and how many."""

    group_id = Id()
    number = Number(1, MOST)
