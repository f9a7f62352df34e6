"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.feature import Feature, Step
from service.statements import api, jobs, operations, queries, views

FEATURE = Feature(
    name="statements",
    pages=(views.bp,),
    resources={210: api.bp},
    jobs={operations.JOB: jobs.make},
    rings={
        30: Step(
            "ring.statements",
            lambda: [operations.bell(*due) for due in queries.due()],
            _l("Statements that wait to be made"),
        ),
    },
    steps={
        10: Step("statements.ask", operations.ask_owed, _l("The monthly statements")),
    },
)
