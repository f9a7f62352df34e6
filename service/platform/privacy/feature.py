"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature, MenuPlace
from service.platform.privacy import views

FEATURE = Feature(
    name="privacy",
    pages=(views.bp,),
    menu_of_drc={
        110: MenuPlace(_l("Personal data"), "privacy.record"),
    },
    acts={
        "text.sought": _l("A text about somebody was looked for"),
        "text.blanked": _l("A text about somebody was removed"),
    },
)
