"""What can be done about samples: draw one, and sign it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask_babel import gettext as _

from service.platform.ledger.operations import record
from service.platform.logbook import queries
from service.platform.logbook.models import LedgerSample
from service.platform.logbook.rules import SAMPLE
from service.platform.web.errors import Conflict, Refusal
from tenants.calendar import day_of
from tenants.database import db, now


def draw(person_id: UUID, first: dt.date, last: dt.date) -> LedgerSample:
    """Draw a sample of a period, the drawer's own acts left out.

    Raises Refusal for no period, one to come, or one in which nobody else did anything.
    """
    if first > last or first > day_of(now()):
        message = _("Choose a period that has begun, and ends after it begins.")
        raise Refusal(message, {"first": [message]})
    entries = queries.drawn(first, last, SAMPLE, person_id)
    if not entries:
        raise Refusal(_("Nobody else did anything in that period."))
    row = LedgerSample(first_day=first, last_day=last, entries=entries, drawn_at=now(), drawn_by=person_id)
    db.session.add(row)
    db.session.flush()
    record("sample.drawn", f"sample:{row.id}", count=len(entries), first=first.isoformat(), last=last.isoformat())
    return row


def sign(sample_id: UUID, person_id: UUID, remark: str) -> LedgerSample:
    """Sign that a sample has been looked through, with a remark. Raises NotFound, and Conflict where it has been signed."""
    row = queries.sample(sample_id, lock=True)
    if row.signed_at is not None:
        raise Conflict(_("The sample has been signed already."))
    row.signed_at, row.signed_by, row.remark = now(), person_id, remark
    record("sample.signed", f"sample:{row.id}", whole=len(queries.sampled(row)) == len(row.entries))
    return row
