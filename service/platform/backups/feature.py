"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.backups import keeping
from service.platform.feature import Feature

FEATURE = Feature(
    name="backups",
    acts={
        "backup.made": _l("A backup was made"),
    },
    remnants=keeping.REMNANTS,
)
