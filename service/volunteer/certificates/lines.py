"""Child certificates that are due, as lines of the Monday list."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, or_

from service.network.networks.models import GroupArea
from service.platform.lines import LineGroup, Lines, TaskSource, alone, four
from service.volunteer.volunteers import queries as volunteers
from service.volunteer.volunteers.models import Volunteer, VolunteerRole
from service.volunteer.volunteers.rules import NOTICE


def due(today: dt.date) -> Lines:
    """How many child certificates are missing or expire soon, by the municipality that their groups are at home in. Nobody's name."""
    until, soon = Volunteer.verified_until, today + dt.timedelta(days=NOTICE)
    count = func.count(Volunteer.id.distinct())
    return (
        four(
            GroupArea.municipality_code,
            func.min(func.coalesce(until, VolunteerRole.valid_from)),
            GroupArea.municipality_code,
            count,
        )
        .join(VolunteerRole, VolunteerRole.group_id == GroupArea.group_id)
        .join(Volunteer, Volunteer.id == VolunteerRole.volunteer_id)
        .where(
            GroupArea.home.is_(True),
            volunteers.on(today),
            volunteers.calling(),
            or_(until.is_(None), until <= soon),
        )
        .group_by(GroupArea.municipality_code)
    )


LINES = (
    TaskSource(
        "certificates",
        LineGroup.MISSING,
        3,
        due,
        _l("Child certificates"),
        lambda line, _words: ngettext(
            "%(num)s child certificate is missing or expires soon",
            "%(num)s child certificates are missing or expire soon",
            int(line.note),
        ),
        _l("See which"),
        "certificates.due",
        alone("kommune"),
    ),
)
