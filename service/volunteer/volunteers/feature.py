"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature, MenuPlace
from service.volunteer.volunteers import api, list_views

FEATURE = Feature(
    name="volunteers",
    pages=(list_views.bp,),
    resources={170: api.bp},
    menu_of_drc={
        40: MenuPlace(_l("Volunteers"), "volunteers.volunteers"),
    },
    acts=(
        "volunteer.created",
        "volunteer.changed",
        "volunteer.confirmed",
        "volunteer.status",
        "volunteer.role",
        "volunteer.role_ended",
        "volunteer.role_children",
        "volunteer.consent",
        "volunteer.consent_withdrawn",
        "volunteer.read",
        "volunteer.searched",
    ),
)
