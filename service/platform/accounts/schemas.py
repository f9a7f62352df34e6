"""What the pages of the accounts are sent."""

from __future__ import annotations

from service.platform.web.fields import Strict, Text


class SignIn(Strict):
    """The sign-in form. The password is taken as it is typed."""

    email = Text(254)
    password = Text(1000)
    next = Text(500, required=False)


class KeyName(Strict):
    """What a new key is for."""

    name = Text(80)


class Password(Strict):
    """A change of password."""

    old = Text(1000)
    new = Text(1000)
