"""Offers that wait, as lines of the Monday list."""

from __future__ import annotations

import datetime as dt

from flask_babel import format_date
from flask_babel import lazy_gettext as _l

from service.network.shares.models import Share
from service.network.shares.rules import ShareState
from service.platform.lines import PATIENCE, LineGroup, Lines, TaskSource, danish_day, four, this


def waiting(today: dt.date) -> Lines:
    """The shares that a municipality has not answered for a while."""
    offered = danish_day(Share.offered_at)
    waiting = four(Share.municipality_code, offered, Share.id, Share.title)
    return waiting.where(Share.state == ShareState.OFFERED, offered <= today - PATIENCE)


LINES = (
    TaskSource(
        "shares",
        LineGroup.WAITS,
        7,
        waiting,
        _l("Groups and networks that await the municipality"),
        lambda line, _words: _l("%(title)s, offered on %(day)s", title=line.note, day=format_date(line.day, "long")),
        _l("See the offer"),
        "shares.share",
        this("share_id"),
    ),
)
