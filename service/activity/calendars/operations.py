"""Make, open and revoke the feeds of the calendar."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import update

from service.activity.activities import non_working_days
from service.activity.activities import queries as activities
from service.activity.activities.models import Activity
from service.activity.calendars import queries
from service.activity.calendars.ics import Listed, calendar_file
from service.activity.calendars.models import Feed, FeedKind, GroupFeed
from service.activity.calendars.queries import OpenedFeed
from service.network.networks import operations as networks
from service.partnership.catalogue.queries import kinds
from service.platform.ledger.operations import record
from service.platform.web import links
from service.platform.web.errors import NotFound, Refusal
from service.platform.web.links import Link
from tenants import periods
from tenants.calendar import DENMARK, day_of, first_of, month_after
from tenants.database import db, now
from tenants.models import Municipality
from tenants.reach import present
from tenants.scope import Capability

MOST_FEEDS = 20  # that are open at once; a forgotten one is revoked, and nobody loses count
MONTHS_BEFORE, MONTHS_AFTER = 3, 18
PURPOSE = "feed"


def make(code: str, title: str = "", kind: FeedKind = FeedKind.CALENDAR) -> tuple[Feed, str]:
    """Make a feed of a municipality: the row and the secret in its address, which is not kept. Raises Refusal for too many.

    `title` is what its maker calls it; where it is left out, what it is of.
    """
    _not_too_many(queries.feeds(code, kind))
    name = db.session.get_one(Municipality, code).name
    token, values = _secret()
    of = _("Papers of %(name)s", name=name) if kind is FeedKind.PAPERS else _("DRC's activities in %(name)s", name=name)
    row = Feed(municipality_code=code, title=title or of, kind=kind, **values)
    db.session.add(row)
    db.session.flush()
    record("feed.made", f"feed:{row.id}", code)
    return row, token


def make_for_group(group_id: UUID, title: str = "") -> tuple[GroupFeed, str]:
    """Make a feed of a group. Raises NotFound, and Refusal for another's group or too many."""
    group = networks.maintained(group_id)
    _not_too_many(queries.group_feeds(group_id))
    token, values = _secret()
    row = GroupFeed(group_id=group.id, title=title or group.name, **values)
    db.session.add(row)
    db.session.flush()
    record("feed.made", f"feed:{row.id}", group=str(group.id))
    return row, token


def revoke(feed_id: UUID, code: str, kind: FeedKind = FeedKind.CALENDAR) -> None:
    """Close the address of a municipality's feed, for good and at once. Harmless to repeat. Raises NotFound."""
    row = queries.feed(feed_id, code, kind)
    if row.revoked_at is None:
        row.revoked_at = now()
        record("feed.revoked", f"feed:{row.id}", code)


def revoke_of_group(feed_id: UUID, group_id: UUID) -> None:
    """Close the address of a group's feed, for good and at once. Harmless to repeat. Raises NotFound, and Refusal for another's group."""
    group = networks.maintained(group_id)
    row = queries.group_feed(feed_id, group.id)
    if row.revoked_at is None:
        row.revoked_at = now()
        record("feed.revoked", f"feed:{row.id}", group=str(group.id))


def rename(feed_id: UUID, code: str, title: str, kind: FeedKind = FeedKind.CALENDAR) -> None:
    """Call a municipality's feed something else. Raises NotFound."""
    row = queries.feed(feed_id, code, kind)
    row.title = title
    record("feed.renamed", f"feed:{row.id}", code)


def rename_of_group(feed_id: UUID, group_id: UUID, title: str) -> None:
    """Call a group's feed something else. Raises NotFound, and Refusal for another's group."""
    group = networks.maintained(group_id)
    row = queries.group_feed(feed_id, group.id)
    row.title = title
    record("feed.renamed", f"feed:{row.id}", group=str(group.id))


def revoke_made_by(person_id: UUID, code: str | None) -> None:
    """Close the addresses that somebody made who goes: of a municipality's, or of all within reach. A group's is the group's."""
    theirs = update(Feed).where(Feed.made_by == person_id, Feed.revoked_at.is_(None)).values(revoked_at=now())
    db.session.execute(theirs if code is None else theirs.where(Feed.municipality_code == code))


def _not_too_many(rows: Sequence[Feed | GroupFeed]) -> None:
    if sum(row.revoked_at is None for row in rows) >= MOST_FEEDS:
        raise Refusal(_("There are %(most)s addresses already. Close one that is not used.", most=MOST_FEEDS))


def _secret() -> tuple[str, dict[str, object]]:
    token = secrets.token_urlsafe(24)
    return token, {"token_hash": _hash(token), "made_by": present().person_id, "made_at": now()}


def address(token: str) -> str:
    """The address that a secret makes: told once, and not to be found here again."""
    return _address(f"ical/{token}.ics")


def address_of_papers(token: str) -> str:
    """The same of a feed of papers."""
    return _address(f"atom/{token}.xml")


def _address(path: str) -> str:
    public_url: str = current_app.extensions["settings"].public_url
    return f"{public_url}/{path}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class FeedLink(Link):
    """What the address of a feed opens, and the feed itself: that is read at the door once, where its use is noted."""

    feed: OpenedFeed


def knock(token: str) -> FeedLink:
    """What the address of a feed opens. Raises NotFound for one that is unknown or revoked, and says no more than that."""
    return _opened(queries.opened(_hash(token)))


def knock_for_papers(token: str) -> FeedLink:
    """What the address of a feed of papers opens. Raises NotFound as `knock` does."""
    return _opened(queries.opened_papers(_hash(token)))


def _opened(found: OpenedFeed | None) -> FeedLink:
    if found is None:
        raise NotFound
    return FeedLink(PURPOSE, found.codes, found.feed_id, found)


def here() -> FeedLink:
    """The feed that the present request's address opens."""
    link = links.here()
    if not isinstance(link, FeedLink):
        raise NotFound
    return link


@dataclass(frozen=True, slots=True)
class File:
    """A feed's file and when what is in it last changed, as far as is known: at the latest when the day began."""

    content: bytes
    changed_at: dt.datetime


def file(found: OpenedFeed) -> File:
    """The file of a feed. Raises NotFound when the municipality's scope opens no calendar today."""
    today = day_of(now())
    first, after = month_after(first_of(today), -MONTHS_BEFORE), month_after(first_of(today), MONTHS_AFTER)
    rows = _rows(found, today)
    listed = _listed(rows, first, after)
    midnight = dt.datetime.combine(today, dt.time(), DENMARK)
    changed = max([midnight, found.made_at, *(row.changed_at for row in rows if row.changed_at)])
    return File(calendar_file(found.title, listed, first, after), changed.astimezone(dt.UTC))


def _rows(found: OpenedFeed, today: dt.date) -> Sequence[Activity]:
    scope = None
    if found.group_id is None:
        period = periods.in_force(found.codes[0], today)
        scope = period.scope if period else None
        if scope is None or not scope.allows(Capability.CALENDAR):
            raise NotFound
    query = queries.of_feed(found, scope).order_by(Activity.municipality_code, Activity.id)
    return db.session.scalars(query).all()


def _listed(rows: Sequence[Activity], first: dt.date, after: dt.date) -> list[Listed]:
    known, schedules = kinds(), activities.schedules(rows)
    public_url = current_app.extensions["settings"].public_url
    return [
        Listed(
            uid=str(row.id),
            name=row.name,
            place=", ".join(part for part in (row.place, row.address) if part),
            about=known[row.activity_type].da,
            url=f"{public_url}/a/{row.public_id}" if row.public else "",
            stamp=row.changed_at or dt.datetime.combine(row.starts_on, dt.time(), dt.UTC),
            schedules=tuple(
                (each, frozenset(non_working_days.days_of(row.municipality_code, each, first, after)))
                for each in schedules[row.id]
            ),
        )
        for row in rows
    ]
