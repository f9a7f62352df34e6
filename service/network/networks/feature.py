"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.network.networks import api, keeping, views
from service.platform.feature import Feature, MenuPlace

FEATURE = Feature(
    name="networks",
    pages=(views.bp,),
    resources={110: api.bp},
    menu_of_drc={
        30: MenuPlace(_l("Groups"), "networks.groups"),
    },
    acts={
        "group.created": _l("A group was created"),
        "group.changed": _l("A group was changed"),
        "group.searched": _l("Groups were searched"),
        "group.status": _l("A group's status was changed"),
        "network.created": _l("A network was created"),
        "network.changed": _l("A network was changed"),
        "network.joined": _l("A group joined a network"),
        "network.left": _l("A group left a network"),
    },
    keeps=keeping.KEEPS,
    blankables=keeping.BLANKABLES,
    remnants=keeping.REMNANTS,
)
