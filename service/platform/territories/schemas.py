"""What the page of territories is sent."""

from __future__ import annotations

from typing import Any

from service.platform.territories.rules import MAX_NAME, MAX_REASON
from service.platform.web.date_fields import Day
from service.platform.web.fields import Text, Ticks
from service.platform.web.personal import FreeText, Looked


class Municipalities(Ticks):
    """Municipalities that are ticked, as `m0580`: a bare number is a row's. Loads as their codes."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> frozenset[str]:
        return frozenset(each.removeprefix("m") for each in super()._deserialize(value, attr, data, **kwargs))


class MovedFields(Looked):
    """Which municipalities move where, from when and why: to a territory that there is, or to one that is named here."""

    codes = Municipalities()
    territory = Text(MAX_NAME, required=False)
    new_name = Text(MAX_NAME, required=False)
    day = Day()
    reason = FreeText(MAX_REASON)
