"""Make an activity public or not, ask for a poster, and make one. The last two are harmless to repeat."""

from __future__ import annotations

import datetime as dt
import io
import secrets
from typing import Any
from uuid import UUID

import pikepdf
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import and_

from service.activity.activities import queries as activities
from service.activity.activities.models import Activity
from service.activity.activities.recurrence import current_of
from service.activity.posters import paper as printing
from service.activity.posters import queries
from service.activity.posters.models import Poster
from service.partnership.catalogue.queries import kinds
from service.platform.documents import making
from service.platform.documents import operations as documents
from service.platform.documents.making import Making
from service.platform.documents.paper import Paper
from service.platform.documents.renderer import Rendered, render
from service.platform.ledger.operations import record
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.links import Link
from service.platform.web.versions import WHATEVER, Seen
from service.platform.work import waking
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.models import Municipality

JOB = "service.posters.jobs.make"
PURPOSE = "activity"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike: people type it from a poster
LENGTH = 10


def as_sent(activity: Activity) -> dict[str, Any]:
    """What of an activity is public, in the shape that it is sent in."""
    return {"public": activity.public, "contact": activity.public_contact}


def publish(
    activity_id: UUID, *, public: bool, contact: bool, code: str | None = None, seen: Seen = WHATEVER
) -> Activity:
    """Let an activity have a public page, with the group's public contact or without, or take it away again.

    Raises NotFound, and Changed when that is no longer as it was seen. The address
    stays the same for as long as the activity is there: posters hang on walls.
    """
    activity = activities.activity(activity_id, code, lock=True)
    seen.still(as_sent(activity))
    if public and activity.public_id is None:
        activity.public_id = fresh_address()
    activity.public, activity.public_contact = public, public and contact
    activity.changed_at = now()
    db.session.flush()
    act = "activity.published" if public else "activity.withdrawn"
    record(act, f"activity:{activity.id}", activity.municipality_code, contact=activity.public_contact)
    return activity


def fresh_address() -> str:
    """A new address of something public, by chance."""
    return "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))


def knock(public_id: str) -> Link:
    """What a public address opens. Raises NotFound for one that is not, or no longer, public."""
    found = queries.face(public_id)
    if found is None:
        raise NotFound
    return Link(PURPOSE, (found.municipality_code,), found.activity_id)


def ask(activity_id: UUID, code: str | None = None) -> Poster:
    """Ask for a poster of an activity as it is now, and return it, or the one that is under way already.

    Raises NotFound, and Refusal when the activity is not public.
    """
    activity = activities.activity(activity_id, code, lock=True)
    if not activity.public:
        raise Refusal(_("Make the activity public first: the poster leads to its public page."))
    waiting = queries.waiting(activity.municipality_code, activity.id)
    if waiting is not None:
        return waiting
    poster = Poster(municipality_code=activity.municipality_code, activity_id=activity.id, asked_at=now())
    db.session.add(poster)
    db.session.flush()
    waking.wake(JOB, poster.municipality_code, str(poster.id))
    record("poster.asked", f"activity:{activity.id}", activity.municipality_code)
    return poster


def make(code: str, poster_id: UUID, lease_seconds: int) -> bool:
    """Make one poster that was asked for. Returns whether this call made it; False when it is made or held by another."""
    key = and_(Poster.municipality_code == code, Poster.id == poster_id)
    return making.make(_POSTER, code, key, lease_seconds, municipality=code)


def _page(poster: Poster) -> Paper:
    code, issued_on = poster.municipality_code, day_of(now())
    facts = _facts(activities.activity(poster.activity_id, code), issued_on)
    return printing.paper(facts, printing.SIZES[0], documents.next_number(code, issued_on.year), issued_on)


def _on_one_page(page: Paper) -> tuple[Paper, Rendered]:
    """The poster in the largest size in which it is one page. Raises ValueError when it is not in the smallest either."""
    for size in printing.SIZES:
        rendered = render(page := printing.in_size(page, size))
        with pikepdf.open(io.BytesIO(rendered[0])) as pdf:
            if len(pdf.pages) == 1:
                return page, rendered
    raise ValueError("the poster says more than a page holds")


_POSTER = Making(Poster, "poster_failed", _page, _on_one_page)


def _facts(activity: Activity, today: dt.date) -> dict[str, Any]:
    face = queries.face(activity.public_id or "")
    if face is None:
        raise LookupError("the activity is no longer public")
    schedules = activities.schedules([activity])[activity.id]
    with force_locale("da"):  # papers are Danish, whoever asks
        return printing.facts(
            activity,
            kind=kinds()[activity.activity_type],
            official_name=db.session.get_one(Municipality, activity.municipality_code).official_name,
            face=face,
            schedule=current_of(schedules, today),
            times=activities.next_times(activity, schedules, today, printing.MOST_TIMES),
            address=address_of(activity),
        )


def address_of(activity: Activity) -> str:
    """The address of an activity's public page, whether it is public just now or not; empty when it never was."""
    public_url = current_app.extensions["settings"].public_url
    return f"{public_url}/a/{activity.public_id}" if activity.public_id else ""
