"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.partnership.contacts import api, jobs, lines, operations, queries, views
from service.platform.feature import Feature, MailKind, Step
from service.platform.work.waking import Wakeup

FEATURE = Feature(
    name="contacts",
    pages=(views.bp,),
    resources={45: api.bp},
    jobs={operations.TELL: jobs.tell},
    wakeups={
        150: Step(
            "ring.contacts",
            lambda: [Wakeup(operations.TELL, (row.municipality_code,)) for row in queries.untold()],
            _l("Mails about new contacts"),
        ),
    },
    mails={
        operations.MAIL: MailKind(_l("New contacts")),
        queries.MAIL_TO_DRC: MailKind(_l("New contacts of municipalities"), to_drc=True),
    },
    lines=lines.LINES,
    acts={
        "contact.changed": _l("A contact was changed"),
    },
)
