"""Mails that did not go, as lines of the Monday list."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func

from service.platform.lines import LineGroup, Lines, TaskSource, danish_day, four, nowhere
from service.platform.notices.models import Notice
from service.platform.work import leases


def failed(_today: dt.date) -> Lines:
    """How many mails did not reach whom they are for, by municipality. Nobody's address."""
    first = func.min(danish_day(Notice.created_at))
    given_up = four(Notice.municipality_code, first, Notice.municipality_code, func.count())
    return given_up.where(Notice.work_state == leases.FAILED).group_by(Notice.municipality_code)


LINES = (
    TaskSource(
        "failed_mails",
        LineGroup.FAILED,
        3,
        failed,
        _l("Mails that did not reach whom they are for"),
        lambda line, _words: ngettext("%(num)s mail", "%(num)s mails", int(line.note)),
        _l("See why and try again"),
        "monday.stuck_work",
        nowhere,
    ),
)
