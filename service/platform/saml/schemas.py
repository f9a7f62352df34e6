"""What the page of a municipality's SAML login is sent, beside the file with its metadata."""

from __future__ import annotations

from service.platform.identity_providers.rules import AssuranceLevel
from service.platform.web.fields import Number, Strict, YesNo


class SamlFields(Strict):
    """A provider that speaks SAML."""

    least_level = Number(min(AssuranceLevel), max(AssuranceLevel))
    demanded = YesNo(required=False)
    switched_on = YesNo(required=False)
