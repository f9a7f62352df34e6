"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature, MailKind, Resumed, Step, WorkKind
from service.platform.work.waking import Wakeup, wakeups_for
from service.reporting.declarations import api, jobs, keeping, lines, operations, queries, views
from service.reporting.declarations.models import Declaration

FEATURE = Feature(
    name="declarations",
    pages=(views.bp,),
    resources={190: api.bp},
    jobs={operations.JOB: jobs.make},
    wakeups={
        80: Step(
            "ring.declarations",
            lambda: wakeups_for(operations.JOB, queries.due()),
            _l("Declarations that wait to be made"),
        ),
    },
    steps={
        30: Step("declarations.ask", operations.ask_owed, _l("The yearly declarations")),
        60: Step("declarations.invite", operations.invite, _l("Mails about declarations"), national=True),
    },
    works={
        40: WorkKind(
            "declaration",
            Declaration,
            Declaration.confirmed_at,
            Resumed(
                "erklaering",
                _l("Declaration"),
                lambda row: f"{row.group_name}, {row.year}",
                lambda row: Wakeup(operations.JOB, (row.municipality_code, str(row.id))),
            ),
            only=Declaration.confirmed_at.is_not(None),
        ),
    },
    mails={
        operations.MAIL: MailKind(_l("Declarations about child certificates")),
    },
    lines=lines.LINES,
    acts={
        "declaration.confirmed": _l("A group declared its child certificates"),
    },
    blankables=keeping.BLANKABLES,
)
