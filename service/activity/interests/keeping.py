"""What is kept of people who would like to join, and for how long."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_

from service.activity.interests import rules
from service.activity.interests.models import Interest
from service.platform.keeping import (
    DRC_ALONE,
    ONESELF,
    Controller,
    Ending,
    KeptData,
    LawfulBasis,
    Retention,
    Subjects,
    Trace,
)
from tenants.personal import Data

KEEPS = (
    KeptData(
        data=Data.INTEREST,
        name=_l("People who would like to volunteer"),
        subjects=Subjects.VOLUNTEERS,
        fields={"": _l("name, e-mail address, phone number, where, what and when one would like to help")},
        purpose=_l("To answer somebody who would like to join a group."),
        controller=Controller.DRC,
        basis=LawfulBasis.CONSENT,
        source=ONESELF,
        seen_by=DRC_ALONE,
    ),
)
WRITTEN = _l("What was written in the form and never confirmed")


def _forgotten(what: Any, time: dt.timedelta, since: Any, after: Any, only: Any) -> Retention:
    return Retention(
        data=Data.INTEREST,
        what=what,
        model=Interest,
        time=time,
        since=since,
        after=after,
        ending=Ending.REMOVED,
        only=only,
        step="interests.forget",
    )


UNCONFIRMED = _forgotten(
    WRITTEN,
    rules.UNCONFIRMED,
    Interest.sent_at,
    _l("after the link was mailed"),
    and_(Interest.confirmed_at.is_(None), Interest.sent_at.is_not(None)),
)
UNSENT = _forgotten(
    _l("What was written in the form, where the link could not be mailed"),
    rules.UNSENT,
    Interest.asked_at,
    _l("after the form was sent"),
    and_(Interest.confirmed_at.is_(None), Interest.sent_at.is_(None)),
)
CONFIRMED = _forgotten(
    _l("What people who would like to volunteer have told"),
    rules.STANDS,
    Interest.asked_at,
    _l("after the form was sent"),
    Interest.confirmed_at.is_not(None),
)
WITHDRAWN = _forgotten(
    _l("What people have told who no longer would like to volunteer"),
    rules.WITHDRAWN,
    Interest.let_go_at,
    _l("after they changed their mind"),
    Interest.let_go_at.is_not(None),
)
RETENTIONS = (UNCONFIRMED, UNSENT, CONFIRMED, WITHDRAWN)
TRACES = (
    Trace(
        data=Data.INTEREST,
        what=_l("What the volunteer told when asking to join"),
        model=Interest,
        of=lambda who: Interest.volunteer_id.in_(who.ids) | Interest.email.in_(who.emails),
        ending=Ending.REMOVED,
    ),
)
