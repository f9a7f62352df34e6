"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.exchange.exports import api, jobs, keeping, operations, queries, views
from service.exchange.exports.models import Export
from service.platform.feature import Feature, Step, WorkKind
from service.platform.work.waking import Wakeup

FEATURE = Feature(
    name="exports",
    pages=(views.bp,),
    orders=("exports.new", "exports.again", "api_exports.ask", "api_exports.again"),
    resources={290: api.bp},
    jobs={operations.JOB: jobs.make},
    wakeups={
        120: Step(
            "ring.exports",
            lambda: [Wakeup(operations.JOB, (str(key),)) for key in queries.due()],
            _l("Files that wait to be made"),
            national=True,
        ),
    },
    steps={
        100: Step("exports.forget", operations.forget_old, _l("Forgetting old files that went out"), national=True),
    },
    works={
        90: WorkKind("export", Export, Export.created_at),
    },
    acts={
        "export.made": _l("A file was ordered"),
        "export.fetched": _l("A file was fetched"),
    },
    keeps=keeping.KEEPS,
    retentions=keeping.RETENTIONS,
    traces=keeping.TRACES,
    remnants=keeping.REMNANTS,
)
