"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature, MailKind, MenuPlace, Resumed, Step, WorkKind
from service.platform.work.waking import wakeups_for
from service.reporting.years import api, jobs, lines, operations, queries, views
from service.reporting.years.kinds import YearKind
from service.reporting.years.models import YearPaper
from service.reporting.years.texts import KINDS

FEATURE = Feature(
    name="years",
    pages=(views.bp,),
    orders=("years.ask_case", "years.ask_edition"),
    resources={236: api.bp},
    figures=(api.bp.name,),
    jobs={operations.JOB: jobs.make},
    wakeups={
        36: Step(
            "ring.year_papers",
            lambda: wakeups_for(operations.JOB, queries.due()),
            _l("Papers of the year that wait to be made"),
        ),
    },
    steps={
        26: Step("years.ask", operations.ask_owed, _l("The papers of the year")),
    },
    works={
        16: WorkKind(
            "year paper",
            YearPaper,
            YearPaper.ready_at,
            Resumed(
                "aarspapir",
                _l("Paper of the year"),
                lambda row: f"{KINDS[YearKind(row.kind)]}, {row.year}",
                lambda row: operations.wakeup(row.municipality_code, row.id),
            ),
            only=YearPaper.ready_at.is_not(None),  # what waits for a month is no work yet
        ),
    },
    mails={
        operations.MAIL: MailKind(_l("Papers of the year")),
    },
    acts={
        "year_paper.asked": _l("A paper of the year was asked for"),
    },
    lines=lines.LINES,
    menu_of_drc={
        86: MenuPlace(_l("Papers of the year"), "years.overview"),
    },
    menu_of_municipality={
        66: MenuPlace(_l("Papers of the year"), "years.listing"),
    },
)
