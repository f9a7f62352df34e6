"""Verifications of child certificates, for DRC alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from marshmallow import fields

from service.platform.web.api import Item, listed, pages_of, resource
from service.platform.web.idempotency import once
from service.platform.web.permits import permit
from service.volunteer.certificates import operations, queries
from service.volunteer.certificates.schemas import VerificationFields
from service.volunteer.volunteers import territory

bp = resource("certificates", __name__, "Verifications of volunteers' child certificates. For DRC alone.")


class CertificateItem(Item):
    """That a child certificate was seen, on which day, and until when that holds."""

    id = fields.UUID()
    verified_on = fields.Date()
    renew_by = fields.Date()


@bp.get("/volunteers/<uuid:volunteer_id>/certificates", tags=["volunteers"])
@permit.drc
@bp.response(200, pages_of(CertificateItem))
def certificates(volunteer_id: UUID) -> Any:
    """List the verifications of a volunteer's certificate, newest first, all at once: there are few."""
    found = queries.certificates(territory.opened(volunteer_id).id)
    return listed(found, None, max(len(found), 1))


@bp.post("/volunteers/<uuid:volunteer_id>/certificates", tags=["volunteers"])
@permit.drc
@once
@bp.arguments(VerificationFields)
@bp.response(201, CertificateItem)
def verify(given: dict[str, Any], volunteer_id: UUID) -> Any:
    """Note that a volunteer's child certificate has been seen. Never send the certificate, its result or a CPR number."""
    return operations.verify(volunteer_id, given["verified_on"], given["renew_by"])


@bp.delete("/volunteers/<uuid:volunteer_id>/certificates/<uuid:certificate_id>", tags=["volunteers"])
@permit.drc
@once
@bp.response(204)
def take_back(volunteer_id: UUID, certificate_id: UUID) -> ResponseReturnValue:
    """Remove a verification that was noted by mistake."""
    operations.take_back(volunteer_id, certificate_id)
    return "", 204
