"""What the feature has."""

from __future__ import annotations

from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from sqlalchemy import func

from service.platform.feature import Feature, MailKind, MenuPlace, Resumed, Step, WorkKind
from service.reporting.statements import (
    api,
    edition_views,
    jobs,
    keeping,
    lines,
    look_views,
    operations,
    queries,
    releasing,
    revising,
    views,
)
from service.reporting.statements.models import Statement

FEATURE = Feature(
    name="statements",
    pages=(views.bp, edition_views.bp, look_views.bp),
    resources={210: api.bp},
    figures=(api.bp.name,),
    jobs={releasing.JOB: jobs.make},
    wakeups={
        30: Step(
            "ring.statements",
            lambda: [releasing.wakeup(*due) for due in queries.due()],
            _l("Statements that wait to be made"),
        ),
    },
    steps={
        10: Step("statements.ask", operations.ask_owed, _l("The monthly statements")),
        16: Step("statements.revise", revising.revise_owed, _l("New editions that late entries ask for")),
    },
    works={
        10: WorkKind(
            "statement",
            Statement,
            func.coalesce(Statement.released_at, Statement.asked_at),
            Resumed(
                "opgoerelse",
                _l("Monthly statement"),
                lambda row: format_date(row.month, "MMMM y"),
                lambda row: releasing.wakeup(row.municipality_code, row.month, row.revision),
            ),
            only=~func.coalesce(Statement.released_at > func.now(), False),  # what is held is no work yet
        ),
    },
    mails={
        operations.MAIL: MailKind(_l("Monthly statements")),
    },
    acts={
        "statement.asked": _l("A monthly statement was made"),
        "statement.edition_asked": _l("A new edition of a statement was asked for"),
        "statement.held": _l("A monthly statement was let wait"),
        "statement.released": _l("A monthly statement was released"),
        "statement.story": _l("The story of a monthly statement was chosen"),
    },
    lines=lines.LINES,
    blankables=keeping.BLANKABLES,
    menu_of_drc={
        80: MenuPlace(_l("Statements"), "statements.runs"),
    },
    menu_of_municipality={
        60: MenuPlace(_l("Statements"), "statements.listing"),
    },
)
