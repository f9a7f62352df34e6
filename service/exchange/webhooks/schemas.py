"""What is sent of a system that is to be told of papers."""

from __future__ import annotations

from service.exchange.webhooks.rules import MAX_URL
from service.platform.web.fields import Strict, Text


class NewWebhook(Strict):
    """The address of a system."""

    url = Text(MAX_URL)
