"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature, MenuPlace
from service.volunteer.volunteers import api, keeping, list_views

FEATURE = Feature(
    name="volunteers",
    pages=(list_views.bp,),
    resources={170: api.bp},
    menu_of_drc={
        40: MenuPlace(_l("Volunteers"), "volunteers.volunteers"),
    },
    acts={
        "volunteer.created": _l("A volunteer was created"),
        "volunteer.changed": _l("A volunteer was changed"),
        "volunteer.confirmed": _l("A volunteer's details were confirmed"),
        "volunteer.status": _l("A volunteer's status was changed"),
        "volunteer.role": _l("A volunteer took a role"),
        "volunteer.role_ended": _l("A volunteer's role ended"),
        "volunteer.role_children": _l("Whether a volunteer meets children was changed"),
        "volunteer.consent": _l("A volunteer consented"),
        "volunteer.consent_withdrawn": _l("A volunteer withdrew a consent"),
        "volunteer.read": _l("A volunteer was looked up"),
        "volunteer.reasoned": _l("A reason was given to open a volunteer of another territory"),
        "volunteer.searched": _l("Volunteers were searched"),
    },
    keeps=keeping.KEEPS,
    retentions=keeping.RETENTIONS,
    traces=keeping.TRACES,
)
