"""Feeds: secret addresses that a calendar program reads. Only the hash of one is kept, so that nobody can read it here."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model, uuid7
from tenants.ownership import May, National, Owned
from tenants.personal import Data, Holds, nobodys
from tenants.reach import Office


class _Feed:
    """What a feed is, whosesoever."""

    __holds__ = Holds(title=Data.FREE_TEXT, token_hash=Data.SECRET, made_by=Data.DOER)

    title: Mapped[str]  # what its maker calls it, and the program that reads it
    token_hash: Mapped[str]
    made_by: Mapped[UUID | None]
    made_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    last_used_on: Mapped[dt.date | None]  # the day only: more would tell when somebody looks at their calendar


class FeedKind(StrEnum):
    """What a municipality's feed is of."""

    CALENDAR = "calendar"  # what the municipality sees in its calendar, as long as its scope opens that
    PAPERS = "papers"  # which papers were issued to it (service/exchange/filing/feeds.py)


class Feed(Owned, _Feed, Model):
    """A municipality's feed."""

    __tablename__ = "feeds"
    __holds__ = Holds(**nobodys("kind"))
    __others_may__: ClassVar = {Office.MUNICIPALITY: May(add=True, change=("title", "revoked_at"))}
    # Not unique, as a unique key without the municipality would tell of a neighbour's row.
    __table_args__ = (
        Index("ix_feeds_token", "token_hash"),
        CheckConstraint(f"kind IN ({', '.join(repr(each.value) for each in FeedKind)})", name="kind"),
    )

    kind: Mapped[str] = mapped_column(default=FeedKind.CALENDAR, server_default=FeedKind.CALENDAR)


class GroupFeed(National, _Feed, Model):
    """A group's feed: all that the group runs, wherever that is. DRC makes it for the group."""

    __tablename__ = "group_feeds"
    __holds__ = Holds()
    __table_args__ = (
        Index("uq_group_feeds_token", "token_hash", unique=True),
        Index("ix_group_feeds_group", "group_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))


# Whoever holds the address holds the permit, so a feed is found before anyone's reach is known. The function is the owner's; it
# answers only to the exact hash of an address that is not revoked, notes the day, and says whose the feed is and nothing more.
OPEN = (
    "CREATE POLICY opened ON feeds FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    "CREATE POLICY opened ON group_feeds FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    "CREATE POLICY opened ON activities FOR SELECT TO CURRENT_USER USING (true)",
    """CREATE FUNCTION app.open_feed(hash text) RETURNS TABLE (feed_id uuid, group_id uuid, title text, made_at timestamptz, codes text[])
       LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, app AS $$
       UPDATE public.feeds SET last_used_on = app.today()
       WHERE token_hash = $1 AND kind = 'calendar' AND revoked_at IS NULL AND last_used_on IS DISTINCT FROM app.today();
       UPDATE public.group_feeds SET last_used_on = app.today()
       WHERE token_hash = $1 AND revoked_at IS NULL AND last_used_on IS DISTINCT FROM app.today();
       SELECT f.id, NULL::uuid, f.title, f.made_at, ARRAY[f.municipality_code] FROM public.feeds f
       WHERE f.token_hash = $1 AND f.kind = 'calendar' AND f.revoked_at IS NULL
       UNION ALL
       SELECT g.id, g.group_id, g.title, g.made_at,
              ARRAY(SELECT DISTINCT a.municipality_code FROM public.activities a WHERE a.group_id = g.group_id ORDER BY 1)
       FROM public.group_feeds g WHERE g.token_hash = $1 AND g.revoked_at IS NULL $$""",
    "REVOKE ALL ON FUNCTION app.open_feed(text) FROM PUBLIC",
    """CREATE FUNCTION app.open_paper_feed(hash text) RETURNS TABLE (feed_id uuid, title text, made_at timestamptz, code text)
       LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, app AS $$
       UPDATE public.feeds SET last_used_on = app.today()
       WHERE token_hash = $1 AND kind = 'papers' AND revoked_at IS NULL AND last_used_on IS DISTINCT FROM app.today();
       SELECT f.id, f.title, f.made_at, f.municipality_code FROM public.feeds f
       WHERE f.token_hash = $1 AND f.kind = 'papers' AND f.revoked_at IS NULL $$""",
    "REVOKE ALL ON FUNCTION app.open_paper_feed(text) FROM PUBLIC",
)
