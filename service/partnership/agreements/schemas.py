"""What is sent to agreements."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, post_load

from service.partnership.agreements.items import DRAFT
from service.partnership.agreements.rules import AgreementState, Signature
from service.partnership.agreements.settling import Settlement
from service.partnership.partnerships.sent import ScopeSent
from service.platform.documents.scans import MAX_BYTES
from service.platform.web.api import Code, Id, MunicipalQuery
from service.platform.web.date_fields import Day
from service.platform.web.fields import Choice, Field, Part, Strict, Text
from service.platform.web.personal import FreeText, Looked


class Reason(Looked):
    """Why an agreement is declined, withdrawn or terminated."""

    reason = FreeText(600, multiline=True)


class Notice(Reason):
    """A notice, and what becomes of the instalments of the year in which the agreement ends: shared by days where nothing is said."""

    settlement = Choice(Settlement, required=False)


class EarlyEnd(Notice):
    """A proposal to end an agreement on an earlier day."""

    last_day = Day()


class Breach(Reason):
    """That an agreement is ended for breach, and when the other party was called on in writing to put it right."""

    last_day = Day()
    called_on = Day()


class Answer(Looked):
    """An answer to a proposal to end an agreement early. Who declines says why."""

    remark = FreeText(600, multiline=True, required=False)


class SignatureFields(Strict):
    """Who signed for a party, and when, as stands on the paper."""

    name = Text(120)
    title = Text(120)
    signed_on = Day()

    @post_load
    def _make(self, data: dict[str, Any], **_kwargs: Any) -> Signature:
        return Signature(**data)


class SignedFields(Strict):
    """Who signed an agreement on paper for the two parties."""

    municipality = Part(SignatureFields, required=True)
    drc = Part(SignatureFields, required=True)


class Scan(Field):
    """A file within JSON, as Base64."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bytes:
        try:
            return base64.b64decode(value, validate=True) if isinstance(value, str) else b""
        except (binascii.Error, ValueError) as error:
            raise ValidationError(_("Send the file as Base64.")) from error


class SignedSent(SignedFields):
    """The same, with the scan of the paper."""

    scan = Scan(
        metadata={
            "type": "string",
            "format": "byte",
            "description": f"The signed paper, a PDF of at most {MAX_BYTES // 1024 // 1024} MB, as Base64.",
        }
    )


class DifferenceQuery(Strict):
    """Which agreement another is held against; without one, that before it."""

    before = Id(required=False, load_default=None)


class Approval(Strict):
    """An approval, of exactly the paper that was read."""

    sha256 = Text(64, metadata={"description": "The SHA-256 of the agreement's paper, as `documents` gives it."})
    difference_sha256 = Text(
        64,
        required=False,
        load_default=None,
        metadata={
            "description": "That of what differs from the agreement before, as `difference` gives it, where it was read."
        },
    )


class AddendumDay(Strict):
    """From when an addendum is to hold."""

    starts_on = Day()


class AgreementQuery(MunicipalQuery):
    """What the list of agreements is asked with."""

    state = Choice(frozenset({DRAFT, *AgreementState}), required=False)


class NewAgreement(Strict):
    """A draft to begin."""

    municipality_code = Code()
    scope = Part(ScopeSent, required=True)


class ChangedAgreement(Strict):
    """A draft's new scope, whole."""

    scope = Part(ScopeSent, required=True)


class ScopePart(fields.Dict):
    """What is to be other in a scope, in the shape of a whole one."""


class MendedAgreement(Strict):
    """What is to be other in a draft's scope. What is left out stays as it is."""

    scope = ScopePart(keys=fields.String(), required=True)
