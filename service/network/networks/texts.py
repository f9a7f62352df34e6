"""Groups and networks in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.network.networks.rules import GroupKind, GroupStatus, NetworkKind

GROUP_KINDS = {
    GroupKind.ASSOCIATION: _l("a registered association"),
    GroupKind.LOOSE: _l("a loose group"),
}
STATUSES = {
    GroupStatus.FORMING: (_l("Forming"), "info"),
    GroupStatus.ACTIVE: (_l("Active"), "success"),
    GroupStatus.RESTING: (_l("Resting"), "warning"),
    GroupStatus.CLOSED: (_l("Closed"), "error"),
}
NETWORK_KINDS = {
    NetworkKind.REGIONAL: _l("of a region"),
    NetworkKind.THEME: _l("about a theme"),
}
