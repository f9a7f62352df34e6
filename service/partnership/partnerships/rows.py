"""The shape of what stands in the rows of a scope: contacts, activities, targets, money, duties, positions, parties, clauses."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, post_load

from service.partnership.catalogue.schemas import MAX_BODY
from service.platform.web.contact_fields import Cvr, Email, Phone
from service.platform.web.date_fields import Day
from service.platform.web.fields import Choice, Field, Kroner, Number, Part, Rows, Strict, Text, YesNo
from service.platform.web.personal import FreeText
from service.platform.web.slips import TextKind
from tenants.scope import Contact, Duty, Every, Instalment
from tenants.terms import Earmark, FurtherParty, OwnClause, PartyKind, Post

MAX_POSTS, MAX_FURTHER_PARTIES, MAX_EARMARKS, MAX_OWN_CLAUSES = 20, 10, 20, 20
MAX_INSTALMENTS_A_YEAR = 12
MAX_MINUTES = 60 * 60  # a week


class TextLines(Text):
    """A list of texts: as JSON, or one a line as typed."""

    blank = ()

    def __init__(self, most_lines: int = 20, **options: Any) -> None:
        self.most_lines = most_lines
        super().__init__(200, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        parts = value.splitlines() if isinstance(value, str) else value
        if not isinstance(parts, list) or len(parts) > self.most_lines:
            raise ValidationError(_("Write at most %(most)s lines.", most=self.most_lines))
        return tuple(
            super(TextLines, self)._deserialize(part, attr, data, **kwargs)
            for part in parts
            if not isinstance(part, str) or part.strip()
        )


MOST_DUTIES = 20
DUTY_EVERY = (Every.MONTH, Every.QUARTER, Every.YEAR)  # a duty is followed up, and not counted from week to week


class DutyFields(Strict):
    """Something that one side undertakes: by a day, every so often, or throughout the term."""

    text = FreeText(200, TextKind.TERMS)
    due_on = Day(required=False)
    every = Choice(frozenset(DUTY_EVERY), required=False, load_default=None)

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> Duty:
        return Duty(data["text"], data["due_on"], Every(data["every"]) if data["every"] else None)


class Duties(Rows):
    """What one side undertakes. A program may send a plain text for a duty that holds throughout the term."""

    def __init__(self) -> None:
        super().__init__(Part(DutyFields), MOST_DUTIES, load_default=list)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list):
            value = [{"text": duty, "due_on": None, "every": None} if isinstance(duty, str) else duty for duty in value]
        return super()._deserialize(value, attr, data, **kwargs)


class ContactFields(Strict):
    """A contact person."""

    name = Text(120)
    title = Text(120)
    phone = Phone(30)
    email = Email(254)

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> Contact:
        return Contact(**data)


class ActivityFields(Strict):
    """An activity to agree on. Left without days, it runs the whole term."""

    activity_type = Text(60)
    place = FreeText(120, TextKind.PLACE)
    times = Number(1, 366)
    every = Choice(Every)
    starts_on = Day(required=False)
    ends_on = Day(required=False)
    distinction = FreeText(600, TextKind.TERMS, multiline=True, required=False)
    children_under_15 = YesNo(required=False)


class TargetFields(Strict):
    """A target for a year. Without one, it is that of each year of the term."""

    measure = Text(60)
    activity_type = Text(60, required=False)
    value = Number(1, 1_000_000)
    year = Number(1990, 2100, required=False)


class AmountFields(Strict):
    """A year's amount. Without a year, it is that of each year of the term."""

    year = Number(1990, 2100, required=False)
    ore = Kroner()


class InstalmentFields(Strict):
    """An instalment."""

    due_on = Day()
    ore = Kroner()

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> Instalment:
        return Instalment(**data)


class Hours(Field):
    """Hours a week as they are typed (37 or 18,5), as minutes. A number in JSON is minutes already."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        minutes = value if isinstance(value, int) and not isinstance(value, bool) else _minutes(value)
        if not 0 < minutes <= MAX_MINUTES:
            raise ValidationError(_("Write the hours a week, for example 37 or 18,5."))
        return minutes


def _minutes(value: Any) -> int:
    match = re.fullmatch(r"([0-9]{1,2})(?:,([0-9]{1,2}))?", value.strip(), re.ASCII) if isinstance(value, str) else None
    return int(match[1]) * 60 + round(int((match[2] or "0").ljust(2, "0")) * 0.6) if match else 0


class PostFields(Strict):
    """So many positions of a kind. Without hours, they are full time."""

    title = Text(120)
    count = Number(1, 500)
    minutes_per_week = Hours(required=False)

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> Post:
        return Post(**data)


class FurtherPartyFields(Strict):
    """A party besides the municipality and DRC, and what it pays a year, if anything."""

    name = Text(200)
    cvr = Cvr()
    kind = Choice(PartyKind)
    role = FreeText(300, TextKind.TERMS)
    ore_per_year = Kroner(required=False)

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> FurtherParty:
        return FurtherParty(**data)


class EarmarkFields(Strict):
    """An amount that is for one purpose alone. Without a year, it is each year's."""

    purpose = FreeText(200, TextKind.TERMS)
    ore = Kroner()
    year = Number(1990, 2100, required=False)

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> Earmark:
        return Earmark(**data)


class OwnClauseFields(Strict):
    """A clause of the library, and the words that this agreement says it in: written as the library's own."""

    clause = Text(80)
    body = FreeText(MAX_BODY, TextKind.TERMS, multiline=True)

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> OwnClause:
        return OwnClause(**data)
