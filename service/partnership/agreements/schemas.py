"""What is sent to agreements."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, post_load

from service.partnership.agreements.rules import Signature
from service.platform.documents.scans import MAX_BYTES
from service.platform.web.date_fields import Day
from service.platform.web.fields import Field, Part, Strict, Text
from service.platform.web.personal import FreeText, Looked


class Reason(Looked):
    """Why an agreement is declined, withdrawn or terminated."""

    reason = FreeText(600, multiline=True)


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
