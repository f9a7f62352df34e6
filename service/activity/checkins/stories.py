"""The story of a check-in, and what the group lets be done with it: DRC may use it, and, by a tick of its own, print it on a statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from service.activity.checkins.models import CheckIn
from service.activity.checkins.texts import MAY_BE_PRINTED
from tenants.database import db, now


def printable(row: CheckIn) -> bool:
    """Whether the group lets the story be printed on its municipality's statement, as it stands now."""
    return row.story_print_at is not None and row.story_print_at == row.story_consent_at


def as_sent(row: CheckIn) -> dict[str, Any]:
    """What has been sent of the story, as the form has it."""
    if not row.story:
        return {}
    return {"story": row.story} | ({"story_print": True} if printable(row) else {})


def wrong(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with a story that is sent, by field."""
    if given.get("story") and not given.get("story_consent"):
        return {"story_consent": [_("Tick that the story may be used, or leave it out.")]}
    return {}


def put(row: CheckIn, given: Mapping[str, Any]) -> None:
    """Write down a story and what may be done with it. Where neither is new, the moment of the consent stays: it is of this very text."""
    text = given.get("story") or ""
    to_print = bool(text and given.get("story_print"))
    if (text, to_print) == (row.story, printable(row)):
        return
    row.story, row.story_consent_at = text, now() if text else None
    row.story_print_at = row.story_consent_at if to_print else None
    row.story_print_words = str(MAY_BE_PRINTED) if to_print else ""


def take(row: CheckIn, _text: str) -> None:
    """Take a story out, and with it the consents to use it."""
    put(row, {})


@dataclass(frozen=True, slots=True)
class PrintableStory:
    """A story that its group lets be printed, and since when it does so of this text."""

    checkin_id: UUID
    text: str
    since: dt.datetime


def printable_of(checkin_ids: Collection[UUID]) -> dict[UUID, PrintableStory]:
    """The stories of these check-ins that may be printed, by check-in."""
    wanted = select(CheckIn).where(CheckIn.id.in_(checkin_ids), CheckIn.story_print_at == CheckIn.story_consent_at)
    return {
        row.id: PrintableStory(row.id, row.story, row.story_consent_at)
        for row in db.session.scalars(wanted)
        if row.story_consent_at is not None
    }
