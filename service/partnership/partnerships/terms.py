"""The shape of who does the work, who else is a party, and of what is for one purpose alone, as it is sent."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, post_load

from service.platform.web.contact_fields import Cvr
from service.platform.web.fields import Choice, Field, Kroner, Number, Strict, Text
from service.platform.web.personal import FreeText
from service.platform.web.slips import TextKind
from tenants.terms import Earmark, FurtherParty, PartyKind, Post

MAX_POSTS, MAX_FURTHER_PARTIES, MAX_EARMARKS = 20, 10, 20
MAX_MINUTES = 60 * 60  # a week


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
