"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.partnership.catalogue import views
from service.platform.feature import Feature, MenuPlace

FEATURE = Feature(
    name="catalogue",
    pages=(views.bp,),
    menu_of_drc={
        90: MenuPlace(_l("Catalogue"), "catalogue.catalogue"),
    },
)
