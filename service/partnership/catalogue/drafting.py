"""What DRC's secretariat does about the texts: begin a version, change it clause by clause, throw it away, or put it in use."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from service.partnership.catalogue import library, queries
from service.partnership.catalogue.library import PRINCIPLES, State
from service.partnership.catalogue.models import TextDraft
from service.platform.ledger.operations import record
from service.platform.web.errors import Conflict, NotFound, Refusal
from service.platform.web.versions import WHATEVER, Seen
from tenants.calendar import day_of
from tenants.database import db, now


def begin(kind: str, person_id: UUID) -> None:
    """Begin a version of a text, as the newest one is. Raises Conflict where there is a draft already."""
    newest = queries.versions(kind)[0]
    values = {"based_on": newest.version, "content": newest.content, "changed_by": person_id, "changed_at": now()}
    begun = insert(TextDraft).values(kind=kind, **values).on_conflict_do_nothing().returning(TextDraft.kind)
    if db.session.scalar(begun) is None:
        raise Conflict(_("Somebody is writing the next version already. Go on with that one."))
    record("text.begun", f"text:{kind}", version=newest.version + 1)


def state_of(draft: TextDraft, key: str) -> State:
    """What can be changed of a clause of a draft, or of the principles. Raises NotFound for a clause that is not there."""
    if draft.kind == PRINCIPLES and key == PRINCIPLES:
        return library.principles_as_edited(draft.content)
    if draft.kind == PRINCIPLES or not library.variants(draft.content, key):
        raise NotFound
    return library.as_edited(draft.content, key)


def edit(kind: str, key: str, given: State, person_id: UUID, seen: Seen = WHATEVER) -> TextDraft:
    """Change a clause of the draft, or the principles.

    Raises NotFound, Refusal for the boundary clause, and Changed where another has changed it since it was seen.
    """
    draft = queries.text_draft(kind, lock=True)
    seen.still(state_of(draft, key))
    if library.locked(key):
        raise Refusal(_("The boundary clause is the same in every agreement: nobody changes it."))
    draft.content = (
        library.principles_edited(given) if kind == PRINCIPLES else library.edited(draft.content, key, given)
    )
    draft.changed_by, draft.changed_at = person_id, now()
    return draft


def discard(kind: str) -> None:
    """Throw the draft of a text away; harmless where there is none."""
    if db.session.scalar(delete(TextDraft).where(TextDraft.kind == kind).returning(TextDraft.kind)) is not None:
        record("text.discarded", f"text:{kind}")


def put_in_use(kind: str, day: dt.date, seen: Seen = WHATEVER) -> int:
    """Put the draft of a text in use from a day on, for agreements offered from then: its number. It is never changed again.

    Raises NotFound, Changed where it is no longer as it was seen, and Refusal for a day that is not to come or lies before the newest
    version's, for a draft that another version has overtaken, and for one that is not whole.
    """
    draft, newest = queries.text_draft(kind, lock=True), queries.versions(kind)[0]
    seen.still(draft.content)
    if draft.based_on != newest.version:
        raise Refusal(_("Another version has been put in use since this draft was begun. Begin a new one."))
    earliest = max(day_of(now()) + dt.timedelta(days=1), newest.effective_from)
    if day < earliest:
        message = _("The day is %(day)s at the earliest.", day=f"{earliest:%d-%m-%Y}")
        raise Refusal(message, {"effective_from": [message]})
    if library.faults(kind, newest.content, draft.content):
        raise Refusal(_("The draft is not whole. The page says what is missing, clause by clause."))
    number = db.session.scalar(select(func.app.put_text_in_use(kind, day, literal(draft.content, JSONB))))
    db.session.delete(draft)
    record("text.put_in_use", f"text:{kind}", version=number, first=day.isoformat())
    return int(number or 0)
