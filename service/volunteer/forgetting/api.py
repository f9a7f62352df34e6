"""Forgetting a volunteer, for DRC's secretariat alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from service.platform.web.api import Item, resource
from service.platform.web.etags import seen_if_told, step
from service.platform.web.fields import Choice, Strict
from service.platform.web.idempotency import once
from service.platform.web.permits import permit
from service.platform.web.proof import fresh
from service.volunteer.forgetting import operations
from service.volunteer.forgetting.rules import ForgottenWhy

bp = resource("forgetting", __name__, "Forgetting a volunteer. For DRC's secretariat alone.")


class WhyFields(Strict):
    """Why a volunteer is forgotten: the ledger keeps that, and no words."""

    why = Choice(ForgottenWhy)


class ForgottenItem(Item):
    """What was done."""

    rows = fields.Integer(metadata={"description": "How many rows were removed, or emptied of the person."})


@bp.post("/volunteers/<uuid:volunteer_id>/forget", tags=["volunteers"])
@permit.secretariat
@fresh
@step
@once
@bp.arguments(WhyFields)
@bp.response(200, ForgottenItem)
def forget(given: dict[str, Any], volunteer_id: UUID) -> Any:
    """Forget a volunteer, for good: what becomes of everything that is kept is told on the page, `/frivillige/ID/glem`."""
    return {"rows": operations.forget(volunteer_id, given["why"], seen_if_told())}
