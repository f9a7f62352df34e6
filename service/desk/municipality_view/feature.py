"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.desk.municipality_view import api, views
from service.platform.feature import Feature, MenuPlace
from tenants.scope import Capability

FEATURE = Feature(
    name="municipality_view",
    pages=(views.bp,),
    resources={160: api.bp},
    menu_of_municipality={
        30: MenuPlace(_l("Network"), "municipality_view.network"),
    },
    opened={
        Capability.NETWORK: "municipality_view.network",
        Capability.OFFERS_ACROSS: "municipality_view.free",
        Capability.ALL_GROUPS: "municipality_view.network",
        Capability.CAPACITY: "municipality_view.free",
    },
    uses={
        "municipality_view.network": (Capability.NETWORK, Capability.ALL_GROUPS),
        "municipality_view.group": (Capability.NETWORK, Capability.ALL_GROUPS),
        "municipality_view.free": (Capability.OFFERS_ACROSS, Capability.CAPACITY),
    },
    while_looking=("municipality_view.stop_looking",),
)
