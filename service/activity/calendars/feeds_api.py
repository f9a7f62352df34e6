"""The feeds of the calendar: addresses that calendar programs read, made, renamed and closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import fields

from service.activity.calendars import operations, queries
from service.activity.calendars.models import Feed, GroupFeed
from service.activity.calendars.schemas import FeedName
from service.network.networks import queries as networks
from service.platform.web.api import Item, listed, pages_of, resource
from service.platform.web.idempotency import once, once_without
from service.platform.web.permits import permit
from tenants.scope import Capability

bp = resource(
    "feeds", __name__, "Addresses under which calendar programs read a municipality's calendar, or a group's."
)


class FeedItem(Item):
    """A feed of the calendar: of a municipality's, or of a group's. What is closed stays in the list."""

    id = fields.UUID()
    municipality_code = fields.String(allow_none=True)
    group_id = fields.UUID(allow_none=True)
    title = fields.String()
    made_at = fields.AwareDateTime()
    revoked_at = fields.AwareDateTime(allow_none=True)
    last_used_on = fields.Date(allow_none=True)


class MadeFeedItem(FeedItem):
    """A feed that was made just now."""

    address = fields.String(
        allow_none=True,
        metadata={
            "description": "Told this once and kept nowhere: null when the call is repeated. Close the feed then, and make another."
        },
    )


FeedPage = pages_of(FeedItem)


@bp.get("/municipalities/<municipality_code>/feeds")
@permit.capability(Capability.CALENDAR)
@bp.response(200, FeedPage)
def feeds(municipality_code: str) -> Any:
    """List a municipality's feeds, newest first, all of them at once."""
    return _listed(queries.feeds(municipality_code))


@bp.post("/municipalities/<municipality_code>/feeds")
@permit.capability(Capability.CALENDAR)
@once_without("address")
@bp.response(201, MadeFeedItem)
def make_feed(municipality_code: str) -> Any:
    """Make a feed of what the municipality sees in its calendar."""
    return _made(*operations.make(municipality_code))


@bp.post("/municipalities/<municipality_code>/feeds/<uuid:feed_id>/rename")
@permit.capability(Capability.CALENDAR)
@once
@bp.arguments(FeedName)
@bp.response(200, FeedItem)
def rename_feed(given: dict[str, Any], municipality_code: str, feed_id: UUID) -> Any:
    """Call a feed something else. Its address stays."""
    operations.rename(feed_id, municipality_code, given["title"])
    return _item(queries.feed(feed_id, municipality_code))


@bp.delete("/municipalities/<municipality_code>/feeds/<uuid:feed_id>")
@permit.capability(Capability.CALENDAR)
@once
@bp.response(204)
def revoke_feed(municipality_code: str, feed_id: UUID) -> ResponseReturnValue:
    """Close the address of a feed, for good and at once."""
    operations.revoke(feed_id, municipality_code)
    return "", 204


@bp.get("/groups/<uuid:group_id>/feeds")
@permit.drc
@bp.response(200, FeedPage)
def group_feeds(group_id: UUID) -> Any:
    """List a group's feeds, newest first, all of them at once."""
    return _listed(queries.group_feeds(networks.group(group_id).id))


@bp.post("/groups/<uuid:group_id>/feeds")
@permit.drc
@once_without("address")
@bp.response(201, MadeFeedItem)
def make_group_feed(group_id: UUID) -> Any:
    """Make a feed of all that a group runs, wherever that is."""
    return _made(*operations.make_for_group(group_id))


@bp.post("/groups/<uuid:group_id>/feeds/<uuid:feed_id>/rename")
@permit.drc
@once
@bp.arguments(FeedName)
@bp.response(200, FeedItem)
def rename_group_feed(given: dict[str, Any], group_id: UUID, feed_id: UUID) -> Any:
    """Call a group's feed something else. Its address stays."""
    operations.rename_of_group(feed_id, group_id, given["title"])
    return _item(queries.group_feed(feed_id, group_id))


@bp.delete("/groups/<uuid:group_id>/feeds/<uuid:feed_id>")
@permit.drc
@once
@bp.response(204)
def revoke_group_feed(group_id: UUID, feed_id: UUID) -> ResponseReturnValue:
    """Close the address of a group's feed, for good and at once."""
    operations.revoke_of_group(feed_id, group_id)
    return "", 204


def _listed(rows: Sequence[Feed | GroupFeed]) -> dict[str, Any]:
    return listed([_item(row) for row in rows], None, max(len(rows), 1))


def _made(row: Feed | GroupFeed, token: str) -> dict[str, Any]:
    return _item(row) | {"address": operations.address(token)}


def _item(row: Feed | GroupFeed) -> dict[str, Any]:
    return {
        "municipality_code": row.municipality_code if isinstance(row, Feed) else None,
        "group_id": row.group_id if isinstance(row, GroupFeed) else None,
        **{name: getattr(row, name) for name in ("id", "title", "made_at", "revoked_at", "last_used_on")},
    }
