"""What is kept of files that go out, and for how long."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from service.exchange.exports.models import Export, ExportPiece
from service.platform.keeping import (
    Controller,
    Ending,
    KeptData,
    LawfulBasis,
    Remnant,
    Retention,
    Subjects,
    Trace,
)
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
_VOLUNTEERS = Export.kind == "volunteers"
TRACES = (
    Trace(
        data=Data.FILE_OUT,
        what=_l("Files of volunteers that went out: whoever wants one asks anew"),
        model=ExportPiece,
        of=lambda _who: ExportPiece.export_id.in_(select(Export.id).where(_VOLUNTEERS)),
        ending=Ending.REMOVED,
        own=False,
    ),
    Trace(
        data=Data.FILE_OUT,
        what=_l("That somebody asked for such a file"),
        model=Export,
        of=lambda _who: _VOLUNTEERS,
        ending=Ending.REMOVED,
        own=False,
    ),
)
REMNANTS = (
    Remnant(
        data=Data.FILE_OUT,
        what=_l("Files of groups and sessions that went out"),
        why=_l("They hold no volunteers. The public contact of a group may stand in one."),
        until=_l("A day after the file was made."),
    ),
    Remnant(
        what=_l("Files that somebody has fetched"),
        why=_l("They lie with whoever fetched them. The ledger says who."),
        until=_l("Until whoever has them removes them."),
    ),
)
