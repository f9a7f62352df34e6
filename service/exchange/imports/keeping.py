"""What is kept of files that come in, and for how long."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, func, or_, select
from sqlalchemy.dialects.postgresql import array

from service.exchange.imports.models import Import, ImportRow
from service.exchange.imports.rules import AT_WORK, ImportState
from service.platform.keeping import (
    Blankable,
    Controller,
    Ending,
    KeptData,
    LawfulBasis,
    Remnant,
    Retention,
    Somebody,
    Subjects,
    Trace,
    holding,
)
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


_VOLUNTEERS = select(Import.id).where(Import.kind == "volunteers")


def _rows(who: Somebody) -> Any:
    """The rows of files of volunteers that became the volunteer, or hold the words of one."""
    row = ImportRow
    told = or_(*(holding(column, who.words) for column in (row.cells, row.given, row.before)))
    return row.target_id.in_(who.ids) | row.result_id.in_(who.ids) | (row.import_id.in_(_VOLUNTEERS) & told)


TRACES = (
    Trace(
        data=Data.FILE_IN,
        what=_l("Rows of files that came in"),
        model=ImportRow,
        of=_rows,
        ending=Ending.REMOVED,
    ),
    Trace(
        data=Data.FILE_IN,
        what=_l("What files that came in, and their columns, are called, where that names the volunteer"),
        model=Import,
        of=lambda who: holding(Import.file_name, who.words) | holding(Import.headings, who.words),
        ending=Ending.BLANKED,
        # As many headings as there were: a place for each column. A file without a name is one that was forgotten whole.
        blanked={
            "file_name": case((Import.file_name == "", ""), else_="fil"),
            "headings": func.to_jsonb(func.array_fill("", array([func.jsonb_array_length(Import.headings)]))),
        },
        own=False,
    ),
)
REMNANTS = (
    Remnant(
        data=Data.FILE_IN,
        what=_l("Files that came in"),
        why=_l(
            "A file that waits to be read is opened by nobody here. Rows of groups and sessions may hold the same words."
        ),
        until=_l(
            "At most 30 days after the file was taken over, or came in; a day where nobody says what its columns are."
        ),
        unread=select(Import.id).where(Import.kind == "volunteers", Import.content.is_not(None)),
    ),
)
