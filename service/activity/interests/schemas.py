"""What is sent by people who would like to join."""

from __future__ import annotations

from service.activity.interests.rules import InterestDeed, InterestState
from service.platform.web.api import Code, ListQuery
from service.platform.web.contact_fields import Email, Phone
from service.platform.web.fields import Choice, Strict, Text, Ticks, YesNo

MAX_ADDRESS_OF_GROUP = 20


class InterestFields(Strict):
    """The form of one who would like to join. `website` is for programs that fill in everything: people do not see it."""

    name = Text(120)
    email = Email(254)
    phone = Phone(30, required=False)
    place = Text(100)
    group = Text(MAX_ADDRESS_OF_GROUP, required=False)
    themes = Ticks()
    weekdays = Ticks()
    consent = YesNo(required=False)
    website = Text(200, required=False)


class InterestDeedFields(Strict):
    """What the holder of the link does."""

    deed = Choice(InterestDeed)


class InterestQuery(ListQuery):
    """What the list is asked with."""

    state = Choice(InterestState, required=False)
    municipality_code = Code(required=False)
