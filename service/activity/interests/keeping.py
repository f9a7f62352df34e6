"""What is kept of people who would like to join, and for how long."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.activity.interests.models import Interest
from service.activity.interests.rules import STANDS
from service.activity.interests.rules import UNCONFIRMED as UNTIL_CONFIRMED
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
UNCONFIRMED = Retention(
    data=Data.INTEREST,
    what=_l("What was written in the form and never confirmed"),
    model=Interest,
    time=UNTIL_CONFIRMED,
    since=Interest.asked_at,
    after=_l("after the form was sent"),
    ending=Ending.REMOVED,
    only=Interest.confirmed_at.is_(None),
    step="interests.forget",
)
CONFIRMED = Retention(
    data=Data.INTEREST,
    what=_l("What people who would like to volunteer have told"),
    model=Interest,
    time=STANDS,
    since=Interest.asked_at,
    after=_l("after the form was sent"),
    ending=Ending.REMOVED,
    only=Interest.confirmed_at.is_not(None),
    step="interests.forget",
)
RETENTIONS = (UNCONFIRMED, CONFIRMED)
TRACES = (
    Trace(
        data=Data.INTEREST,
        what=_l("What the volunteer told when asking to join"),
        model=Interest,
        of=lambda who: Interest.volunteer_id.in_(who.ids) | Interest.email.in_(who.emails),
        ending=Ending.REMOVED,
    ),
)
