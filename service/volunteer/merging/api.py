"""Merges of two entries of one volunteer, for DRC alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from service.platform.web.api import Id, Item, resource
from service.platform.web.etags import seen_if_told, step
from service.platform.web.fields import Strict
from service.platform.web.idempotency import once
from service.platform.web.permits import permit
from service.volunteer.merging import operations

bp = resource("merging", __name__, "Merges of two entries of one volunteer. For DRC alone.")


class MergeFields(Strict):
    """The entry that is merged into the one of the address, and is gone then."""

    lost_id = Id()


class MergeItem(Item):
    """A merge. For 30 days it can be undone."""

    id = fields.UUID()
    kept_id = fields.UUID()
    lost_id = fields.UUID()
    merged_at = fields.AwareDateTime()
    undone_at = fields.AwareDateTime(allow_none=True)


@bp.post("/volunteers/<uuid:volunteer_id>/merge", tags=["volunteers"])
@permit.drc
@step
@once
@bp.arguments(MergeFields)
@bp.response(200, MergeItem)
def merge(given: dict[str, Any], volunteer_id: UUID) -> Any:
    """Merge another entry of the same person into this one."""
    return operations.merge(volunteer_id, given["lost_id"], seen_of_kept=seen_if_told())


@bp.post("/volunteers/merges/<uuid:merge_id>/undo", tags=["volunteers"])
@permit.drc
@once
@bp.response(200, MergeItem)
def undo(merge_id: UUID) -> Any:
    """Undo a merge, within 30 days."""
    return operations.undo(merge_id)
