"""Write into the ledger, in the same transaction as the act: both are kept, or neither."""

from __future__ import annotations

import json
from typing import Any

from flask import has_request_context
from sqlalchemy import text

from service.platform.feature import features
from service.platform.web import reading, refused
from service.platform.web.identity import somebody
from tenants.acting import acting_for
from tenants.database import db, transaction, uuid7
from tenants.reach import present

DRC = "drc"
_RECORD = text("SELECT app.record(:id, :code, :act, :subject, CAST(:details AS jsonb))")


class Undeclared(Exception):
    """An act was to be recorded that no feature has."""


def record(act: str, subject: str = "", code: str | None = None, **details: Any) -> None:
    """Write that the present person did `act` to `subject`, in a municipality's chain or, without a code, in DRC's.

    `details` are plain facts (counts, dates, codes), never a name and nothing that somebody has written. PostgreSQL fills in who, in
    what capacity and when, and chains the entry to the one before: the service's role can write no entry in any other way.
    Raises Undeclared for an act that no feature has.
    """
    if act not in features().acts:
        raise Undeclared(f"no feature says that the ledger tells of {act}")
    db.session.flush()  # what was done comes before what is said of it
    if has_request_context() and (identity := somebody()) is not None and identity.viewing:
        details["looking"] = True  # one of DRC's people, in the office of the municipality through whose eyes they look
    facts = json.dumps(details, ensure_ascii=False)
    db.session.execute(_RECORD, {"id": uuid7(), "code": code, "act": act, "subject": subject, "details": facts})


def record_refusal(act: str, subject: str = "", code: str | None = None, **details: Any) -> None:
    """Write that the present person was refused `act` of `subject`, when what they asked for is over and nothing of it is done."""
    reach = present()

    def write() -> None:
        with acting_for(reach), transaction():
            record(act, subject, code, **details)

    refused.note(f"{act} of {subject}", str(reach.person_id), write)


def record_reading(act: str, subject: str = "", code: str | None = None, **details: Any) -> None:
    """Write that the present person has read `subject`, in a municipality's chain or DRC's: before they get to see it, though a reading
    writes nothing.
    """
    reading.afterwards(lambda: record(act, subject, code, **details))
