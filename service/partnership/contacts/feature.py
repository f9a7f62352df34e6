"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.partnership.contacts import api, lines, operations, views
from service.platform.feature import Feature, MailKind

FEATURE = Feature(
    name="contacts",
    pages=(views.bp,),
    resources={45: api.bp},
    mails={
        operations.MAIL: MailKind(_l("New contacts")),
    },
    lines=lines.LINES,
    acts={
        "contact.changed": _l("A contact was changed"),
    },
)
