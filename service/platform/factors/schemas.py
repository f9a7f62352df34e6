"""What the pages of second steps are sent."""

from __future__ import annotations

from service.platform.factors.rules import MAX_REASON
from service.platform.web.fields import Strict, Text, TypedPassword
from service.platform.web.personal import FreeText, Looked
from service.platform.web.typed_words import MAX_SEALED

MAX_ANSWER = 20_000  # letters of what a browser says of a passkey


class SecondStep(Strict):
    """What somebody shows: a code, or a passkey."""

    code = Text(40, required=False)
    passkey = Text(MAX_ANSWER, required=False)
    next = Text(500, required=False)
    kept = Text(MAX_SEALED, required=False)  # what was typed before one had to sign in anew


class Proof(SecondStep):
    """What somebody shows who proves anew who they are. The password is taken as it is typed; who came by a provider has none."""

    password = TypedPassword(required=False)


class NewPasskey(Strict):
    """A passkey that a browser has made, and what its person calls it."""

    name = Text(60)
    passkey = Text(MAX_ANSWER)


class NewApp(Strict):
    """An app, what its person calls it, the secret that it was given, and its first code."""

    name = Text(60)
    sealed = Text(400)
    code = Text(40)


class WhyTaken(Looked):
    """Why somebody's second step is taken away."""

    reason = FreeText(MAX_REASON)
