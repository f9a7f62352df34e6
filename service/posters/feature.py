"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.feature import Feature, Step
from service.posters import api, jobs, operations, queries, views
from service.work.doorbell import bells

FEATURE = Feature(
    name="posters",
    pages=(views.bp,),
    resources={80: api.bp},
    jobs={operations.JOB: jobs.make},
    rings={
        40: Step("ring.posters", lambda: bells(operations.JOB, queries.due()), _l("Posters that wait to be made")),
    },
)
