"""What is sent to agreements."""

from __future__ import annotations

from service.platform.web.personal import FreeText, Looked


class Reason(Looked):
    """Why an agreement is declined, withdrawn or terminated."""

    reason = FreeText(600, multiline=True)
