"""What is sent to have a text about somebody taken out."""

from __future__ import annotations

from service.platform.privacy.blanking import MAX_TEXT
from service.platform.web.fields import Strict, Text


class SoughtText(Strict):
    """A text, as it was written. It is looked for, and kept nowhere."""

    text = Text(MAX_TEXT)
