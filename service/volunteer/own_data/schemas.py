"""What the pages of one's own data are sent."""

from __future__ import annotations

from service.platform.web.contact_fields import Email
from service.platform.web.fields import Choice, Strict, Text
from service.volunteer.own_data.rules import MAX_WORDS, WishKind


class AskedOwnData(Strict):
    """Whose own data a link is asked for."""

    email = Email(254)


class WishFields(Strict):
    """What somebody asks to have done, and what is to be corrected."""

    kind = Choice(WishKind)
    words = Text(MAX_WORDS, required=False)
