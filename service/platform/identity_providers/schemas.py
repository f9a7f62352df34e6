"""What the page of a municipality's provider is sent."""

from __future__ import annotations

from service.platform.web.fields import Strict, Text, YesNo


class OidcFields(Strict):
    """A provider of OpenID Connect."""

    issuer = Text(300)
    client_id = Text(200)
    client_secret = Text(500, required=False)
    tenant = Text(100, required=False)
    roles_claim = Text(200, required=False)
    manager_value = Text(200, required=False)
    staff_value = Text(200, required=False)
    asks_second = YesNo(required=False)
    demanded = YesNo(required=False)
    switched_on = YesNo(required=False)
