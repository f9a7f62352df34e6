"""What is kept of two entries that were merged, and for how long."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from sqlalchemy import null

from service.platform.keeping import DRC_ALONE, Controller, Ending, KeptData, LawfulBasis, Retention, Subjects, Trace
from service.volunteer.merging.models import VolunteerMerge
from tenants.personal import Data

KEEPS = (
    KeptData(
        data=Data.MERGED,
        name=_l("Two entries of one volunteer"),
        subjects=Subjects.VOLUNTEERS,
        fields={"": _l("all that stood in both entries before they were merged")},
        purpose=_l("So that a merge which was a mistake can be undone."),
        controller=Controller.DRC,
        basis=LawfulBasis.INTEREST,
        source=_l("From the two entries."),
        seen_by=DRC_ALONE,
    ),
)
BEFORE = Retention(
    data=Data.MERGED,
    what=_l("What two merged entries were"),
    model=VolunteerMerge,
    time=dt.timedelta(days=30),
    since=VolunteerMerge.merged_at,
    after=_l("after they were merged"),
    ending=Ending.BLANKED,
    only=VolunteerMerge.before.is_not(None),
    step="merges.forget",
)
RETENTIONS = (BEFORE,)
TRACES = (
    Trace(
        data=Data.MERGED,
        what=_l("What two merged entries were"),
        model=VolunteerMerge,
        of=lambda who: (
            (VolunteerMerge.kept_id.in_(who.ids) | VolunteerMerge.lost_id.in_(who.ids))
            & VolunteerMerge.before.is_not(None)
        ),
        ending=Ending.BLANKED,
        blanked={"before": null()},
    ),
)
