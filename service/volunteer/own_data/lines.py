"""What volunteers ask for about their own data, as lines of the Monday list. Nobody's name."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from service.network.networks.models import GroupArea
from service.platform.lines import LineGroup, Lines, TaskSource, alone, danish_day, four
from service.volunteer.own_data.models import OwnDataWish
from service.volunteer.own_data.rules import WishKind
from service.volunteer.volunteers.models import Volunteer, VolunteerRole

NOWHERE = "0101"  # København, where DRC is at home: for a volunteer who belongs in no municipality
SAYS = {
    WishKind.CORRECT: _l("A volunteer asks for a correction of what is kept"),
    WishKind.STOP: _l("A volunteer asks not to be written to or called"),
    WishKind.FORGET: _l("A volunteer asks to be forgotten"),
}


def waiting(_today: dt.date) -> Lines:
    """Each wish that waits, where the volunteer belongs: at home, or where a group of theirs is."""
    held = (
        select(func.min(GroupArea.municipality_code))
        .join(VolunteerRole, VolunteerRole.group_id == GroupArea.group_id)
        .where(VolunteerRole.volunteer_id == Volunteer.id, GroupArea.home.is_(True))
        .scalar_subquery()
    )
    return (
        four(
            func.coalesce(Volunteer.home_code, held, NOWHERE),
            danish_day(OwnDataWish.asked_at),
            OwnDataWish.volunteer_id,
            OwnDataWish.kind,
        )
        .join(Volunteer, Volunteer.id == OwnDataWish.volunteer_id)
        .where(OwnDataWish.settled_at.is_(None))
    )


LINES = (
    TaskSource(
        "own_data",
        LineGroup.WAITS,
        2,
        waiting,
        _l("Volunteers and their own data"),
        lambda line, _words: SAYS[WishKind(line.note)],
        _l("See and answer within a month"),
        "own_data.wishes",
        alone("volunteer_id"),
    ),
)
