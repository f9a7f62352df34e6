"""What is kept of files that go out, and for how long."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from sqlalchemy import func

from service.exchange.exports.models import Export
from service.platform.keeping import Controller, Ending, KeptData, LawfulBasis, Retention, Subjects
from service.platform.work import leases
from tenants.personal import Data

KEEPS = (
    KeptData(
        data=Data.FILE_OUT,
        name=_l("Files that go out"),
        subjects=Subjects.VOLUNTEERS,
        fields={"": _l("the file, who asked for it, and what it was narrowed down to")},
        purpose=_l("So that whoever asked can fetch it."),
        controller=Controller.DRC,
        basis=LawfulBasis.INTEREST,
        source=_l("From what is kept here already."),
        seen_by=_l("DRC's person who asked for it."),
    ),
)
FILES = Retention(
    data=Data.FILE_OUT,
    what=_l("Files that went out"),
    model=Export,
    time=dt.timedelta(days=1),
    since=func.coalesce(Export.made_at, Export.created_at),
    after=_l("after the file was made"),
    ending=Ending.REMOVED,
    only=Export.made_at.is_not(None) | (Export.work_state == leases.FAILED),
    step="exports.forget",
)
RETENTIONS = (FILES,)
