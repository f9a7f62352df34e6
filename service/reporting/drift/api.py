"""What has drifted apart, for DRC."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields

from service.platform.web.api import Item, MunicipalQuery, listed_page, pages_of, resource, within
from service.platform.web.errors import NotFound
from service.platform.web.fields import Choice
from service.platform.web.pages import page_of
from service.platform.web.permits import permit
from service.reporting.drift import queries
from service.reporting.drift.models import DriftFinding
from service.reporting.drift.rules import Finding, Ran, Use
from service.reporting.statements.progress import PromiseProgress
from tenants.calendar import day_of
from tenants.database import now

bp = resource("drift-findings", __name__, "What has drifted from the agreements: looked for every day, for DRC.")


class FindingQuery(MunicipalQuery):
    """What the list of findings is asked with."""

    kind = Choice(Finding, required=False)


class FindingItem(Item):
    """Something that has drifted. `subject` is an activity type, a capability, or a measure and its type (`attendances:`)."""

    id = fields.UUID()
    municipality_code = fields.String()
    kind = fields.String(metadata={"enum": list(Finding)})
    subject = fields.String()
    found_on = fields.Date()


class RunningItem(Item):
    """An agreed activity type in the last three whole months. `promised` is null where the promise is by quarter or year."""

    activity_type = fields.String()
    promised = fields.Integer(allow_none=True)
    held = fields.Integer()
    cancelled = fields.Integer()
    since = fields.Date()
    last_month = fields.Date(allow_none=True)
    ran = fields.String(metadata={"enum": list(Ran)})


class OutsideItem(Item):
    """An activity type held in the last three whole months beside the agreement."""

    activity_type = fields.String()
    held = fields.Integer()
    last_month = fields.Date()


class UsedItem(Item):
    """A capability that is open, and its use in the last three months. `since` is null where it is not counted."""

    capability = fields.String()
    days = fields.Integer()
    last_on = fields.Date(allow_none=True)
    since = fields.Date(allow_none=True)
    use = fields.String(metadata={"enum": list(Use)})


class AimItem(Item):
    """A target and what should have been reached by now. `at_least`: a small count is kept back, or not `known`: too much is."""

    measure = fields.String()
    activity_type = fields.String(allow_none=True)
    target = fields.Integer()
    expected = fields.Integer()
    reached = fields.Integer()
    at_least = fields.Boolean()
    behind = fields.Boolean()
    known = fields.Boolean()
    progress = fields.String(metadata={"enum": list(PromiseProgress)})


class DriftItem(Item):
    """A municipality's agreement, what runs and what is used, side by side."""

    municipality_code = fields.String()
    agreed = fields.List(fields.Nested(RunningItem))
    outside = fields.List(fields.Nested(OutsideItem))
    opened = fields.List(fields.Nested(UsedItem))
    aims = fields.List(fields.Nested(AimItem))


@bp.get("/drift-findings")
@permit.drc
@bp.arguments(FindingQuery, location="query")
@bp.response(200, pages_of(FindingItem))
def findings(asked: dict[str, Any]) -> Any:
    """List what has drifted within reach, by municipality."""
    query = queries.findings(within(asked["municipality_code"]))
    if asked["kind"]:
        query = query.where(DriftFinding.kind == asked["kind"])
    keys = [DriftFinding.municipality_code, DriftFinding.id]
    return listed_page(page_of(query, keys, asked["cursor"], asked["limit"]), asked["limit"])


@bp.get("/drift-findings/<uuid:finding_id>")
@permit.drc
@bp.response(200, FindingItem)
def finding(finding_id: UUID) -> Any:
    """Read a finding."""
    return queries.finding(finding_id)


@bp.get("/municipalities/<municipality_code>/drift", tags=["municipalities"])
@permit.drc
@bp.response(200, DriftItem)
def drift(municipality_code: str) -> Any:
    """Compare what was signed with what runs and what is used, in one municipality, now."""
    found = queries.drift(municipality_code, day_of(now()))
    if found is None:
        raise NotFound
    return {
        "municipality_code": municipality_code,
        "agreed": found.agreed,
        "outside": found.outside,
        "opened": found.opened,
        "aims": found.aims,
    }
