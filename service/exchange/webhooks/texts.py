"""What is said of the systems that are told of papers."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.exchange.webhooks.rules import MAX_WEBHOOKS, UrlFault

URL_FAULTS = {
    UrlFault.NO_ADDRESS: _l("That is no address. Write it as https://, the name of the machine, and the path."),
    UrlFault.NOT_HTTPS: _l("The address must begin with https:// and a name, and use the usual port."),
}


def too_many() -> str:
    """That a municipality has as many systems as it may have."""
    return _("There are %(most)s systems already. Close one that is not used.", most=MAX_WEBHOOKS)
