"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.desk.home import views
from service.platform.feature import Feature, MenuPlace
from tenants.scope import Capability

FEATURE = Feature(
    name="home",
    pages=(views.bp,),
    menu_of_drc={
        10: MenuPlace(_l("Monday list"), "home.start"),
        20: MenuPlace(_l("Municipalities"), "home.municipalities"),
    },
    menu_of_municipality={
        10: MenuPlace(_l("Overview"), "home.municipality"),
    },
    uses={"home.municipality": (Capability.FIGURES,)},
)
