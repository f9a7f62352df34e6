"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.declarations import api, jobs, operations, queries, views
from service.feature import Feature, Step
from service.work.doorbell import bells

FEATURE = Feature(
    name="declarations",
    pages=(views.bp,),
    resources={190: api.bp},
    jobs={operations.JOB: jobs.make},
    rings={
        80: Step(
            "ring.declarations", lambda: bells(operations.JOB, queries.due()), _l("Declarations that wait to be made")
        ),
    },
    steps={
        30: Step("declarations.ask", operations.ask_owed, _l("The yearly declarations")),
        60: Step("declarations.invite", operations.invite, _l("Mails about declarations"), national=True),
    },
)
