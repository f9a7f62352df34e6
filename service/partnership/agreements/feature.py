"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.partnership.agreements import api, jobs, lines, operations, queries, views
from service.partnership.agreements.models import Agreement
from service.partnership.agreements.rules import AgreementState
from service.platform.feature import Feature, MenuPlace, Resumed, Step, WorkKind
from service.platform.work.waking import Wakeup, wakeups_for

FEATURE = Feature(
    name="agreements",
    pages=(views.bp,),
    resources={30: api.bp},
    jobs={operations.PAPER: jobs.make_paper, operations.TELL: jobs.tell},
    wakeups={
        10: Step(
            "ring.papers",
            lambda: wakeups_for(operations.PAPER, queries.papers_owed()),
            _l("Agreements that wait to be printed"),
        ),
        20: Step(
            "ring.decisions", lambda: wakeups_for(operations.TELL, queries.untold()), _l("Mails about agreements")
        ),
    },
    works={
        20: WorkKind(
            "agreement",
            Agreement,
            Agreement.created_at,
            Resumed(
                "aftale",
                _l("Agreement"),
                lambda row: row.number,
                lambda row: Wakeup(operations.PAPER, (row.municipality_code, str(row.id))),
            ),
            only=Agreement.state == AgreementState.PREPARING,
        ),
    },
    lines=lines.LINES,
    menu_of_municipality={
        50: MenuPlace(_l("Agreements"), "agreements.listing"),
    },
)
