"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature, Resumed, Step, WorkKind
from service.platform.notices import jobs, keeping, lines, operations
from service.platform.notices.models import Notice
from tenants.reach import present

FEATURE = Feature(
    name="notices",
    jobs={operations.JOB: jobs.send},
    wakeups={
        100: Step(
            "ring.notices",
            lambda: [operations.wakeup(*owed) for owed in operations.owed(present().codes)],
            _l("Mails that wait to be sent"),
        ),
    },
    works={
        70: WorkKind(
            "mail",
            Notice,
            Notice.created_at,
            Resumed(
                "mail",
                _l("Mail"),
                lambda row: f"{row.subject} ({row.recipient})",
                lambda row: operations.wakeup(row.municipality_code, row.id),
            ),
        ),
    },
    lines=lines.LINES,
    keeps=keeping.KEEPS,
    retentions=keeping.RETENTIONS,
    blankables=keeping.BLANKABLES,
    traces=keeping.TRACES,
    remnants=keeping.REMNANTS,
)
