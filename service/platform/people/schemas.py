"""What the pages of people are sent."""

from __future__ import annotations

from service.platform.people.rules import MAX_REASON
from service.platform.web.contact_fields import Email
from service.platform.web.fields import Choice, Strict, Text, TypedPassword
from service.platform.web.identity import Role
from service.platform.web.personal import FreeText, Looked


class AskedPassword(Strict):
    """Whose password is to be chosen anew."""

    email = Email(254)


class NewAddress(Strict):
    """Which address an account is to have."""

    email = Email(254)


class ChosenPassword(Strict):
    """A password that is chosen; none where a link asks for none. It is taken as it is typed."""

    password = TypedPassword(required=False)


class ColleagueFields(Looked):
    """Who is invited to what in a municipality, and why."""

    email = Email(254)
    name = Text(120)
    role = Choice(Role)
    reason = FreeText(MAX_REASON, required=False)


class InvitedFields(ColleagueFields):
    """Who is invited to what, where and why."""

    municipality_code = Text(4, required=False)
    territory = Text(80, required=False)


class WhyItEnds(Looked):
    """Why something ends."""

    reason = FreeText(MAX_REASON)
