"""What is said of a paper's ways."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from service.exchange.delivery.rules import DeliveryState, DeliveryWay

WAYS: Mapping[DeliveryWay, LazyString] = {
    DeliveryWay.MAIL: _l("Mail to the municipality's people"),
    DeliveryWay.READ: _l("Read by somebody of the municipality's"),
    DeliveryWay.FILE: _l("Mail to the municipality's file"),
    DeliveryWay.SYSTEM: _l("Message to the municipality's systems"),
}
STATES: Mapping[DeliveryState, tuple[LazyString, str]] = {  # in words, and the badge
    DeliveryState.NONE: (_l("Nothing yet"), ""),
    DeliveryState.WAITING: (_l("Under way"), "info"),
    DeliveryState.PARTLY: (_l("Given up in part"), "warning"),
    DeliveryState.FAILED: (_l("Given up"), "error"),
    DeliveryState.DONE: (_l("Arrived"), "success"),
}
FIRST_READ = _l("Read")
