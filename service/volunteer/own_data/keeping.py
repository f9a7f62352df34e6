"""What is kept of volunteers who ask for their own data, and for how long."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.keeping import (
    DRC_ALONE,
    ONESELF,
    YEAR,
    Controller,
    Ending,
    KeptData,
    LawfulBasis,
    Retention,
    Subjects,
    Trace,
)
from service.volunteer.own_data.models import OwnDataLink, OwnDataWish
from service.volunteer.own_data.rules import STANDS
from tenants.personal import Data

KEEPS = (
    KeptData(
        data=Data.OWN_DATA,
        name=_l("Volunteers who ask for their own data"),
        subjects=Subjects.VOLUNTEERS,
        fields={"": _l("the address that a link was asked for, a copy of what is kept, and what was asked for")},
        purpose=_l("To show somebody what is kept of them, and to do what they ask."),
        controller=Controller.DRC,
        basis=LawfulBasis.DUTY,
        source=ONESELF,
        seen_by=DRC_ALONE,
    ),
)
LINKS = Retention(
    data=Data.OWN_DATA,
    what=_l("Links to one's own data, with the copy that they open"),
    model=OwnDataLink,
    time=STANDS,
    since=OwnDataLink.asked_at,
    after=_l("after the link was asked for"),
    ending=Ending.REMOVED,
    step="own_data.forget",
)
WISHES = Retention(
    data=Data.OWN_DATA,
    what=_l("What volunteers asked to have done, when it is settled"),
    model=OwnDataWish,
    time=YEAR,
    since=OwnDataWish.settled_at,
    after=_l("after it was settled"),
    ending=Ending.REMOVED,
    step="own_data.forget",
)
RETENTIONS = (LINKS, WISHES)
TRACES = (
    Trace(
        data=Data.OWN_DATA,
        what=_l("Links to one's own data, with the copy that they open"),
        model=OwnDataLink,
        of=lambda who: OwnDataLink.volunteer_id.in_(who.ids) | OwnDataLink.email.in_(who.emails),
        ending=Ending.REMOVED,
        own=False,  # the copy holds no copy of itself
    ),
    Trace(
        data=Data.OWN_DATA,
        what=_l("What the volunteer asked to have done"),
        model=OwnDataWish,
        of=lambda who: OwnDataWish.volunteer_id.in_(who.ids),
        ending=Ending.REMOVED,
    ),
)
