"""What is sent of where a municipality files."""

from __future__ import annotations

from service.platform.web.contact_fields import Email
from service.platform.web.fields import Strict


class FilingAddressFields(Strict):
    """The mail address where a municipality files; blank for none."""

    email = Email(254, required=False)
