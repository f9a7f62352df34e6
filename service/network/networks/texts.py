"""Groups and networks in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.network.networks.rules import GroupBar, GroupFault, GroupKind, GroupStatus, NetworkKind

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
GROUP_BARS = {
    GroupBar.NO_THEME: _l("Choose from the catalogue: %(codes)s is not there."),
    GroupBar.NO_MUNICIPALITY: _l("Choose a municipality."),
    GroupBar.TWICE: _l("The municipality stands here more than once."),
    GroupBar.HOMES: _l("A group has one home. Tick one."),
    GroupBar.ANOTHERS: _l("The group is looked after in another territory. Call the consultant there."),
    GroupBar.OUT_OF_REACH: _l("Choose at least one municipality in your territory."),
    GroupBar.CLOSES: _l("Close the group on its own page: what municipalities see of it ends with that."),
}
NETWORK_KINDS = {
    NetworkKind.REGIONAL: _l("of a region"),
    NetworkKind.THEME: _l("about a theme"),
}


def reason(fault: GroupFault) -> str:
    """Why a group cannot be so, in words."""
    return str(GROUP_BARS[fault.why]) % {"codes": fault.codes}
