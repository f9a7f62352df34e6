"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.desk.national import api, views
from service.platform.feature import Feature, MenuPlace

FEATURE = Feature(
    name="national",
    pages=(views.bp,),
    resources={257: api.bp},
    figures=(api.bp.name,),
    menu_of_drc={
        87: MenuPlace(_l("National figures"), "national.figures"),
    },
)
