"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature
from service.platform.territories import views

FEATURE = Feature(
    name="territories", pages=(views.bp,), acts={"territory.moved": _l("The municipality moved to another territory")}
)
