"""The shape of a cooperation agreement as it is sent: by the form's fields or as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.network.cooperation.rules import OfferAct, OfferParty
from service.platform.web.contact_fields import Email, Phone
from service.platform.web.date_fields import Day
from service.platform.web.fields import Choice, Number, Part, Rows, Strict, Text, Ticks, YesNo, whole
from service.platform.web.personal import FreeText, Looked
from service.platform.web.slips import TextKind

MAX_LINES, MAX_DISTINCTIONS, MAX_REASON = 1500, 40, 600


class CooperationFields(Strict):
    """An agreement that was signed. `starts_on` left out is the day it was signed, and `ends_on` left out until further notice."""

    signed_on = Day()
    starts_on = Day(required=False)
    ends_on = Day(required=False)


class CooperationEndFields(Strict):
    """The last day of an agreement; none is until further notice."""

    ends_on = Day(required=False)


BOX = "k"  # before the code of a municipality in the name of its box: digits alone would be the number of a row


class MunicipalityTicks(Ticks):
    """Codes of municipalities: a list of them, or the boxes ticked (`name-k0580` = 1)."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> frozenset[Any]:
        if isinstance(value, Mapping):
            value = {name.removeprefix(BOX): on for name, on in value.items()}
        return super()._deserialize(value, attr, data, **kwargs)


class PartyContactFields(Strict):
    """Whom to call about the agreement."""

    name = Text(120)
    title = Text(120, required=False)
    phone = Phone(30, required=False)
    email = Email(254)


class DistinctionFields(Strict):
    """What tells an activity from the public duty that it lies close to."""

    activity_type = Text(60)
    text = FreeText(600, TextKind.TERMS, required=False)


class TermsFields(Looked):
    """What a cooperation agreement settles, whole. `ends_on` left out is until notice is given."""

    starts_on = Day()
    ends_on = Day(required=False)
    notice_months = Number(0, 12)
    municipality_codes = MunicipalityTicks()
    area = FreeText(300, TextKind.PLACE, required=False)
    activities = Ticks()
    distinctions = Rows(Part(DistinctionFields), MAX_DISTINCTIONS, load_default=list)
    group_duties = FreeText(MAX_LINES, TextKind.TERMS, multiline=True, required=False)
    drc_duties = FreeText(MAX_LINES, TextKind.TERMS, multiline=True, required=False)
    income = FreeText(MAX_LINES, TextKind.TERMS, multiline=True, required=False)
    municipal_agreement = FreeText(300, TextKind.TERMS, required=False)
    integration_council_seat = YesNo(required=False)
    group_contact = Part(PartyContactFields, required=True)
    drc_contact = Part(PartyContactFields, required=True)


class TermsSent(Strict):
    """The terms as a program sends them: all of them, in the shape in which they are read."""

    terms = Part(whole(TermsFields), required=True)


class PaperShown(Strict):
    """The paper that was read."""

    sha256 = Text(64, metadata={"description": "The SHA-256 of the agreement's paper, as `documents` gives it."})


class LinkAnswer(Looked):
    """What the group's contact answers by the link: with the code, on the paper that was shown."""

    sha256 = Text(64)
    code = Text(20)
    consent = YesNo(required=False)
    reason = FreeText(MAX_REASON, multiline=True, required=False)


class ToldAnswer(Looked):
    """That the group's contact has approved or declined, and how DRC's person knows it."""

    answer = Choice(frozenset({OfferAct.APPROVED, OfferAct.DECLINED}))
    sha256 = Text(64)
    note = FreeText(MAX_REASON, multiline=True)


class OfferReason(Looked):
    """Why an offer is withdrawn, or declined."""

    reason = FreeText(MAX_REASON, multiline=True)


class OfferNotice(OfferReason):
    """That notice is given, by whom, and on which day. `given_on` left out is today."""

    party = Choice(OfferParty)
    given_on = Day(required=False)
