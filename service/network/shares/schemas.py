"""The shape of shares as they are sent: by the form's fields or as JSON."""

from __future__ import annotations

from service.network.shares.rules import CHOSEN
from service.platform.web.api import Code
from service.platform.web.date_fields import Day
from service.platform.web.fields import Strict, Ticks, YesNo

SHOWS = frozenset(aspect.value for aspect in CHOSEN)


class OfferFields(Strict):
    """What is offered to a municipality: what is shown besides presence, from a day until another, not included."""

    municipality_code = Code()
    shows = Ticks(SHOWS)
    valid_from = Day()
    valid_to = Day(required=False)


class AnswerFields(Strict):
    """The municipality's yes; and whether others who share the same may know of it."""

    tells_neighbours = YesNo(required=False)


class EndFields(Strict):
    """The first day without sight; left out, today."""

    day = Day(required=False)
