"""Papers that did not reach where a municipality files, as lines of the Monday list."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.exchange.filing.models import Filing
from service.platform.documents.models import Document
from service.platform.lines import LineGroup, Lines, TaskSource, danish_day, four, here
from service.platform.work import leases


def failed(_today: dt.date) -> Lines:
    """The papers that were given up."""
    row = four(Filing.municipality_code, danish_day(Filing.owed_at), Filing.id, Document.number)
    mine = (Document.municipality_code == Filing.municipality_code) & (Document.id == Filing.document_id)
    return row.join(Document, mine).where(Filing.work_state == leases.FAILED)


LINES = (
    TaskSource(
        "failed_filings",
        LineGroup.FAILED,
        8,
        failed,
        _l("Papers that did not reach the municipality's file"),
        lambda line, _known: _(
            "%(number)s could not be sent to the address where the municipality files", number=line.note
        ),
        _l("See why and try again"),
        "filing.papers",
        here,
    ),
)
