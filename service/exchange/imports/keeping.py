"""What is kept of files that come in, and for how long."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from sqlalchemy import func

from service.exchange.imports.models import Import, ImportRow
from service.exchange.imports.rules import AT_WORK, ImportState
from service.platform.keeping import Blankable, Controller, Ending, KeptData, LawfulBasis, Retention, Subjects
from service.platform.work import leases
from tenants.personal import Data

KEEPS = (
    KeptData(
        data=Data.FILE_IN,
        name=_l("Files that come in"),
        subjects=Subjects.VOLUNTEERS,
        fields={"": _l("the file's name and its rows, and what stood here before they were taken over")},
        purpose=_l("To check a file before it is taken over, and to be able to undo it."),
        controller=Controller.DRC,
        basis=LawfulBasis.INTEREST,
        source=_l("From DRC's person who sent the file."),
        seen_by=_l("DRC's person who sent it."),
    ),
)
_NOT_FORGOTTEN = Import.file_name != ""  # all that are not have one
ROWS = Retention(
    data=Data.FILE_IN,
    what=_l("Files that came in"),
    model=Import,
    time=dt.timedelta(days=30),  # and with them the way back
    since=func.coalesce(Import.applied_at, Import.created_at),
    after=_l("after the file was taken over, or came in"),
    ending=Ending.BLANKED,
    only=_NOT_FORGOTTEN & Import.state.not_in(AT_WORK),
    step="imports.forget",
)
UNREAD = Retention(
    data=Data.FILE_IN,
    what=_l("Files that nobody has said the columns of, or that cannot be read"),
    model=Import,
    time=dt.timedelta(days=1),
    since=Import.created_at,
    after=_l("after the file came in"),
    ending=Ending.BLANKED,
    only=_NOT_FORGOTTEN
    & Import.content.is_not(None)
    & ((Import.state == ImportState.COLUMNS) | (Import.work_state == leases.FAILED)),
    step="imports.forget",
)
RETENTIONS = (ROWS, UNREAD)
BLANKABLES = (
    Blankable(column=ImportRow.cells, what=_l("A row of a file")),
    Blankable(column=ImportRow.given, what=_l("What a row of a file says")),
    Blankable(column=ImportRow.before, what=_l("What stood here before a file was taken over")),
    Blankable(column=ImportRow.problems, what=_l("What is wrong with a row of a file")),
    Blankable(column=ImportRow.key, what=_l("What a row of a file is about")),
)
