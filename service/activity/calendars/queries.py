"""Reads of the calendar and of its feeds, within the reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, or_, select, text

from service.activity.activities import queries as activities
from service.activity.activities.coverage import standing
from service.activity.activities.models import Activity
from service.activity.calendars.models import Feed, FeedKind, GroupFeed
from service.activity.calendars.rules import CalendarEntry
from service.network.networks.queries import names
from service.partnership.catalogue.queries import kinds
from service.platform.web.finding import find
from tenants import periods
from tenants.database import db
from tenants.models import ScopePeriod
from tenants.scope import Scope


def entries(code: str, first: dt.date, after: dt.date, *, drc: bool, scope: Scope | None) -> list[CalendarEntry]:
    """What is to meet in a municipality from `first` to the day before `after`, as its reader sees it today; DRC sees all.

    Each time is told as it stands to the scope in force on its own day. Five queries, however many activities there are.
    """
    query = activities.activities_seen(code, drc, scope).where(
        Activity.starts_on < after, or_(Activity.ends_on.is_(None), Activity.ends_on >= first)
    )
    rows = db.session.scalars(query).all()
    known, groups = kinds(), names({row.group_id for row in rows if row.group_id})
    scope_on = _by_day(periods.touching(first, after, code))
    times = activities.times_of(rows, first, after)
    return [
        CalendarEntry(
            day=time.day,
            starts=time.starts,
            ends=time.ends,
            minutes=time.minutes,
            activity_id=row.id,
            municipality_code=row.municipality_code,
            name=row.name,
            place=row.place,
            group=groups.get(row.group_id, "") if row.group_id else "",
            standing=standing(known[row.activity_type], scope_on(time.day), time.day),
        )
        for row in rows
        for time in times[row.id]
    ]


def _by_day(found: Sequence[ScopePeriod]) -> Callable[[dt.date], Scope | None]:
    terms = [(period.valid_from, period.valid_to, period.scope) for period in found]
    return lambda day: next((scope for first, after, scope in terms if first <= day < after), None)


def feeds(code: str, kind: FeedKind = FeedKind.CALENDAR) -> Sequence[Feed]:
    """The feeds of a municipality that are of one kind, newest first."""
    mine = select(Feed).where(Feed.municipality_code == code, Feed.kind == kind)
    return db.session.scalars(mine.order_by(Feed.made_at.desc(), Feed.id)).all()


def group_feeds(group_id: UUID) -> Sequence[GroupFeed]:
    """The feeds of a group, newest first. DRC's alone."""
    return db.session.scalars(
        select(GroupFeed).where(GroupFeed.group_id == group_id).order_by(GroupFeed.made_at.desc(), GroupFeed.id)
    ).all()


def feed(feed_id: UUID, code: str, kind: FeedKind = FeedKind.CALENDAR) -> Feed:
    """A municipality's feed of one kind. Raises NotFound."""
    return find(select(Feed).where(Feed.municipality_code == code, Feed.id == feed_id, Feed.kind == kind))


def group_feed(feed_id: UUID, group_id: UUID) -> GroupFeed:
    """A group's feed. Raises NotFound, also for another group's."""
    return find(select(GroupFeed).where(GroupFeed.group_id == group_id, GroupFeed.id == feed_id))


@dataclass(frozen=True, slots=True)
class OpenedFeed:
    """A feed that an address opens: a municipality's, or a group's where `group_id` is given."""

    feed_id: UUID
    group_id: UUID | None
    title: str
    made_at: dt.datetime
    codes: tuple[str, ...]


def opened(token_hash: str) -> OpenedFeed | None:
    """The feed whose address has that hash, or None when there is none or it is revoked. For anyone; notes that it was used today."""
    row = db.session.execute(text("SELECT * FROM app.open_feed(:hash)"), {"hash": token_hash}).first()
    return OpenedFeed(row.feed_id, row.group_id, row.title, row.made_at, tuple(row.codes)) if row else None


def opened_papers(token_hash: str) -> OpenedFeed | None:
    """The feed of papers whose address has that hash, else as `opened`."""
    row = db.session.execute(text("SELECT * FROM app.open_paper_feed(:hash)"), {"hash": token_hash}).first()
    return OpenedFeed(row.feed_id, None, row.title, row.made_at, (row.code,)) if row else None


def of_feed(found: OpenedFeed, scope: Scope | None) -> Select[Activity]:
    """The activities in a feed: a group's own, or those that the municipality sees by the scope in force."""
    if found.group_id is not None:
        return select(Activity).where(Activity.group_id == found.group_id)
    return activities.activities_seen(found.codes[0], False, scope)
