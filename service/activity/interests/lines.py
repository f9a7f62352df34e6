"""Those who wait for an answer, as lines of the Monday list. Nobody's name."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from sqlalchemy import func

from service.activity.interests.models import Interest
from service.network.networks.models import Group
from service.platform.lines import LineGroup, Lines, TaskSource, alone, danish_day, four


def waiting(_today: dt.date) -> Lines:
    """Each who has confirmed and whom nobody has answered, from the day it was confirmed."""
    return (
        four(Interest.municipality_code, danish_day(Interest.confirmed_at), Interest.id, func.coalesce(Group.name, ""))
        .outerjoin(Group, Group.id == Interest.group_id)
        .where(Interest.confirmed_at.is_not(None), Interest.answered_at.is_(None), Interest.withdrawn_at.is_(None))
    )


LINES = (
    TaskSource(
        "interests",
        LineGroup.WAITS,
        2,
        waiting,
        _l("People who would like to volunteer"),
        lambda line, _words: (
            _l("Somebody would like to join %(group)s", group=line.note)
            if line.note
            else _l("Somebody would like to volunteer")
        ),
        _l("Answer within five working days"),
        "interests.interest",
        alone("interest_id"),
    ),
)
