"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature, MenuPlace, Resumed, Step, WorkKind
from service.platform.work.waking import Wakeup, wakeups_for
from service.reporting.drift import api, jobs, lines, operations, queries, views
from service.reporting.drift.models import DriftPaper
from tenants.calendar import day_of
from tenants.database import now

FEATURE = Feature(
    name="drift",
    pages=(views.bp,),
    orders=("drift.ask",),
    resources={220: api.bp},
    jobs={operations.CHECK: jobs.check, operations.MAKE: jobs.make_paper},
    wakeups={
        60: Step("ring.checks", operations.wakeups, _l("The daily look at what has drifted")),
        70: Step(
            "ring.drift_papers",
            lambda: wakeups_for(operations.MAKE, queries.papers_due()),
            _l("Papers for meetings that wait to be made"),
        ),
    },
    steps={
        50: Step("uses.keep", lambda: operations.take_uses(day_of(now())), _l("The count of what is used")),
    },
    alone={operations.CHECK_STEP: _l("The look at what has drifted")},
    works={
        50: WorkKind(
            "paper for a meeting",
            DriftPaper,
            DriftPaper.asked_at,
            Resumed(
                "papir",
                _l("Paper for a meeting"),
                lambda row: row.number,
                lambda row: Wakeup(operations.MAKE, (row.municipality_code, str(row.id))),
            ),
        ),
    },
    lines=lines.LINES,
    menu_of_drc={
        70: MenuPlace(_l("Status"), "drift.overview"),
    },
)
