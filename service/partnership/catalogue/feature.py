"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.partnership.catalogue import library_views, views
from service.platform.feature import Feature, MenuPlace

FEATURE = Feature(
    name="catalogue",
    pages=(views.bp, library_views.bp),
    menu_of_drc={
        90: MenuPlace(_l("Catalogue"), "catalogue.catalogue"),
    },
    acts={
        "text.begun": _l("A new version of a text was begun"),
        "text.discarded": _l("The draft of a text was thrown away"),
        "text.put_in_use": _l("A version of a text was put in use"),
    },
)
