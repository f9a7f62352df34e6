"""Where the draft of an agreement is kept, and how a text about somebody is taken out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.partnership.partnerships import operations
from service.partnership.partnerships.models import ScopeDraft
from service.platform.keeping import REMOVED, Blankable

BLANKABLES = (
    Blankable(column=ScopeDraft.form, what=_l("What is typed in the draft of an agreement"), blank=REMOVED),
    Blankable(column=ScopeDraft.parts, what=_l("What stood in the draft of an agreement before"), blank=REMOVED),
    Blankable(column=ScopeDraft.stored_scope, what=_l("The draft of an agreement"), take=operations.take_scope),
)
