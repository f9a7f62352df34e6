"""What the pages of the accounts are sent."""

from __future__ import annotations

from service.platform.accounts.rules import KEY_DAYS
from service.platform.web.contact_fields import Phone
from service.platform.web.fields import Choice, Strict, Text, Ticks, TypedPassword
from service.platform.web.identity import KeyPurpose
from service.platform.web.language import LANGUAGES
from service.platform.web.typed_words import MAX_SEALED


class SignIn(Strict):
    """The sign-in form. The password is taken as it is typed."""

    email = Text(254)
    password = TypedPassword()
    next = Text(500, required=False)
    kept = Text(MAX_SEALED, required=False)  # what was typed before one had to sign in anew


class NewKey(Strict):
    """What a new key is for, what it may do, and for how long."""

    name = Text(80)
    purpose = Choice(KeyPurpose)
    days = Choice([str(days) for days in KEY_DAYS])


class Profile(Strict):
    """What somebody says of themselves, and which mails they want."""

    name = Text(120)
    title = Text(120, required=False)
    phone = Phone(20, required=False)
    language = Choice(frozenset(LANGUAGES))
    mails = Ticks()


class Password(Strict):
    """A change of password."""

    old = TypedPassword()
    new = TypedPassword()
