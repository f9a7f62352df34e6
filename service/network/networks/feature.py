"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.network.networks import api, views
from service.platform.feature import Feature, MenuPlace

FEATURE = Feature(
    name="networks",
    pages=(views.bp,),
    resources={110: api.bp},
    menu_of_drc={
        30: MenuPlace(_l("Groups"), "networks.groups"),
    },
    acts=(
        "group.created",
        "group.changed",
        "group.status",
        "network.created",
        "network.changed",
        "network.joined",
        "network.left",
    ),
)
