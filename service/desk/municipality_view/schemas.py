"""What is sent when a group or a network is offered."""

from __future__ import annotations

from service.network.shares.models import Consent
from service.network.shares.schemas import SHOWS, OfferFields
from service.platform.accounts.rules import LookReason
from service.platform.web.api import Id
from service.platform.web.date_fields import Day
from service.platform.web.fields import Choice, Strict, Text, Ticks


class LookFields(Strict):
    """Why one of DRC's people looks through a municipality's eyes."""

    why = Choice(LookReason)


class GroupOfferFields(OfferFields):
    """A group is offered together with its consent, to what is offered."""

    given_by = Text(120)
    given_on = Day()
    given_how = Choice(frozenset(Consent.__ways__))


class ConsentOfFields(Strict):
    """A group's consent to be seen by a share that was offered, or that runs."""

    group_id = Id()
    given_by = Text(120)
    given_on = Day()
    given_how = Choice(frozenset(Consent.__ways__))
    shows = Ticks(SHOWS)
