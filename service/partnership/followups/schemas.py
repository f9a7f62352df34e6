"""What is sent when something is told of an earmark or a target."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, post_load

from service.partnership.followups.rules import FollowedKind, Subject
from service.platform.web.date_fields import Day
from service.platform.web.fields import Choice, Kroner, Number, Text
from service.platform.web.personal import FreeText, Looked
from service.platform.web.slips import TextKind

MAX_AMOUNT = 10**12


class ToldFields(Looked):
    """What a page sends: of what, how much by which day, and where that is from. An amount is in kroner, a number as it is."""

    subject = Text(260)
    amount = Text(20)
    as_of = Day()
    words = FreeText(300, TextKind.TERMS)

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        data["subject"] = subject_of(data["subject"])
        is_money = data["subject"] is None or data["subject"].kind is FollowedKind.EARMARK
        try:
            data["amount"] = (Kroner() if is_money else Number(0, MAX_AMOUNT)).deserialize(data["amount"])
        except ValidationError as error:
            raise ValidationError({"amount": error.messages}) from error
        return data


class ToldSent(Looked):
    """What a program sends: øre of an earmark, a number of a target."""

    kind = Choice(FollowedKind)
    name = Text(200)
    year = Number(1990, 2100)
    amount = Number(0, MAX_AMOUNT)
    as_of = Day()
    words = FreeText(300, TextKind.TERMS)


def word_of(subject: Subject) -> str:
    """A subject as a form sends it."""
    return f"{subject.year}:{subject.kind}:{subject.name}"


def subject_of(word: str) -> Subject | None:
    """The way back; None for what is none."""
    year, _colon, rest = word.partition(":")
    kind, _colon, name = rest.partition(":")
    if not (year.isascii() and year.isdigit()) or kind not in set(FollowedKind):
        return None
    return Subject(int(year), FollowedKind(kind), name)
