"""What is kept of where a municipality files, and for how long."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.keeping import AS_PAPERS, Remnant
from tenants.personal import Data

REMNANTS = (
    Remnant(
        data=Data.CONTACT,
        what=_l("The address where a municipality files, and what was sent there"),
        why=_l("It is the municipality's own, and nobody's who volunteers."),
        until=AS_PAPERS,
    ),
)
