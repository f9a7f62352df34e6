"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.desk.lens import api, views
from service.platform.feature import Feature, Place
from tenants.scope import Capability

FEATURE = Feature(
    name="lens",
    pages=(views.bp,),
    resources={160: api.bp},
    menu_of_municipality={
        30: Place(_l("Network"), "lens.network"),
    },
    opened={
        Capability.NETWORK: "lens.network",
        Capability.OFFERS_ACROSS: "lens.free",
        Capability.ALL_GROUPS: "lens.network",
        Capability.CAPACITY: "lens.free",
    },
    uses={
        "lens.network": (Capability.NETWORK, Capability.ALL_GROUPS),
        "lens.group": (Capability.NETWORK, Capability.ALL_GROUPS),
        "lens.free": (Capability.OFFERS_ACROSS, Capability.CAPACITY),
    },
    while_looking=("lens.stop_looking",),
)
