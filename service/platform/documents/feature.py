"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.documents import api, keeping, views
from service.platform.feature import Feature

FEATURE = Feature(
    name="documents",
    pages=(views.bp,),
    resources={260: api.bp},
    acts={
        "document.issued": _l("A paper was issued"),
        "document.read": _l("A paper was read"),
        "document.taken_in": _l("The scan of a signed paper was taken in"),
    },
    keeps=keeping.KEEPS,
    blankables=keeping.BLANKABLES,
    remnants=keeping.REMNANTS,
)
