"""What the pages of the texts are sent."""

from __future__ import annotations

from typing import Any

from service.partnership.catalogue.clauses import FAMILIES
from service.platform.web.date_fields import Day
from service.platform.web.fields import Strict, Text, YesNo

MAX_TITLE, MAX_BODY, MAX_PRINCIPLES = 120, 10_000, 20_000
_BODIES: dict[str, Any] = {
    f"body_{flag}": Text(MAX_BODY, multiline=True, required=False) for family in FAMILIES for flag in sorted(family)
}


class _Titles(Strict):
    title_da = Text(MAX_TITLE)
    title_en = Text(MAX_TITLE)
    mandatory = YesNo(required=False, load_default=False)


ClauseFields = _Titles.from_dict(_BODIES, name="ClauseFields")


class PrinciplesFields(Strict):
    """The principles, one a line, with their title and what introduces them."""

    title_da = Text(MAX_TITLE)
    intro_da = Text(1000, multiline=True)
    principles = Text(MAX_PRINCIPLES, multiline=True)


class InUseFields(Strict):
    """From when a version is in use."""

    effective_from = Day()
