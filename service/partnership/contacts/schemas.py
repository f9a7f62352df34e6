"""What the pages of contacts are sent."""

from __future__ import annotations

from service.platform.web.fields import Strict, Text


class SuccessorFields(Strict):
    """Who takes over."""

    successor = Text(36)
