"""What somebody is reached and known by: an e-mail address, a phone number, a CVR number."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError
from stdnum.dk import cvr

from service.platform.web.fields import Text


class Email(Text):
    """An e-mail address, in lower case."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).lower()
        if not re.fullmatch(r"[^@\s<>\"(),;:]+@[a-z0-9æøå-]+(\.[a-z0-9æøå-]+)+", text):
            raise ValidationError(_("Write an e-mail address, for example anna@kommune.dk."))
        return text


class Phone(Text):
    """A phone number as it is to be shown: digits, spaces and an optional country code."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not re.fullmatch(r"\+?[0-9][0-9 ]{6,18}", text, re.ASCII):
            raise ValidationError(_("Write a phone number, for example 12 34 56 78."))
        return text


class Cvr(Text):
    """A CVR number: eight digits that pass their check."""

    def __init__(self, **options: Any) -> None:
        super().__init__(20, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).replace(" ", "")
        if not re.fullmatch(r"[0-9]{8}", text, re.ASCII) or not cvr.is_valid(text):
            raise ValidationError(_("Write the CVR number: eight digits. One of them seems to be wrong."))
        return text
