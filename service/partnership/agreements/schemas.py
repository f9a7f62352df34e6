"""What is sent to agreements."""

from __future__ import annotations

from service.platform.web.fields import Strict, Text


class Reason(Strict):
    """Why an agreement is declined, withdrawn or terminated."""

    reason = Text(600, multiline=True)
