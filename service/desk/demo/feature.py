"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.desk.demo import operations
from service.platform.feature import Feature

FEATURE = Feature(
    name="demo",
    acts={
        operations.BEGUN: _l("The demonstration was begun"),
        operations.LOADED: _l("The demonstration was loaded"),
    },
)
