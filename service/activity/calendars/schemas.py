"""What the pages of feeds are sent."""

from __future__ import annotations

from service.platform.web.fields import Strict, Text

MAX_TITLE = 100


class NewFeed(Strict):
    """What a new feed is called; what it is of, where that is left out."""

    title = Text(MAX_TITLE, required=False)


class FeedName(Strict):
    """What a feed is called from now on."""

    title = Text(MAX_TITLE)
