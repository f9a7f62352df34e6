"""What of an activity is public, and its posters."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from service.activity.activities import queries as activities
from service.activity.activities.models import Activity
from service.activity.posters import operations, queries
from service.activity.posters.schemas import PublicFields
from service.platform.web.api import Editable, Item, listed, pages_of, resource
from service.platform.web.etags import seen
from service.platform.web.fields import whole
from service.platform.web.idempotency import once
from service.platform.web.permits import permit
from service.platform.web.versions import version_of

bp = resource("posters", __name__, "What of an activity is public, and the posters that lead to it.")


class PublicItem(Editable):
    """Whether an activity has a public page, and whether the group's public contact stands there."""

    id = fields.UUID(metadata={"description": "The activity."})
    municipality_code = fields.String()
    public = fields.Boolean()
    contact = fields.Boolean(attribute="public_contact")
    address = fields.String(
        allow_none=True, metadata={"description": "Of the public page: the same for as long as the activity is there."}
    )


class PosterItem(Item):
    """A poster of an activity as it was when it was asked for."""

    id = fields.UUID()
    municipality_code = fields.String()
    activity_id = fields.UUID()
    status = fields.String(metadata={"enum": ["waiting", "issued", "failed"]})
    asked_at = fields.AwareDateTime()
    document_id = fields.UUID(allow_none=True)


@bp.get("/activities/<uuid:activity_id>/public")
@permit.drc
@bp.response(200, PublicItem)
def public(activity_id: UUID) -> Any:
    """Whether an activity is public."""
    return _public(activities.activity(activity_id))


@bp.put("/activities/<uuid:activity_id>/public")
@permit.drc
@once
@bp.arguments(whole(PublicFields))
@bp.response(200, PublicItem)
def publish(given: dict[str, Any], activity_id: UUID) -> Any:
    """Make an activity public, or no longer."""
    return _public(operations.publish(activity_id, **given, seen=seen()))


@bp.get("/activities/<uuid:activity_id>/posters")
@permit.drc
@bp.response(200, pages_of(PosterItem))
def posters(activity_id: UUID) -> Any:
    """List the newest posters of an activity, all at once."""
    activity = activities.activity(activity_id)
    return listed(queries.posters(activity.municipality_code, activity.id), None, queries.MOST_SHOWN)


@bp.post("/activities/<uuid:activity_id>/posters")
@permit.drc
@once
@bp.response(201, PosterItem)
def ask(activity_id: UUID) -> Any:
    """Ask for a poster. While one is under way, that is the answer."""
    return operations.ask(activity_id)


@bp.get("/activities/<uuid:activity_id>/posters/<uuid:poster_id>")
@permit.drc
@bp.response(200, PosterItem)
def poster(activity_id: UUID, poster_id: UUID) -> Any:
    """Read one poster: waited for, or with its document."""
    return queries.poster(activities.activity(activity_id), poster_id)


def _public(row: Activity) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in ("id", "municipality_code", "public", "public_contact")}
    version = version_of(operations.as_sent(row))
    return facts | {"address": operations.address_of(row) or None, "version": version}
