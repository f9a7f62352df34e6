"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.exchange.imports import api, jobs, operations, queries, views
from service.exchange.imports.models import Import
from service.platform.feature import Feature, Step, WorkKind
from service.platform.work.waking import Wakeup

FEATURE = Feature(
    name="imports",
    pages=(views.bp,),
    orders=("imports.receive", "api_imports.receive", "api_imports.again"),
    resources={280: api.bp},
    jobs={operations.JOB: jobs.work},
    wakeups={
        110: Step(
            "ring.imports",
            lambda: [Wakeup(operations.JOB, (str(key),)) for key in queries.due()],
            _l("Files that wait to be read"),
            national=True,
        ),
    },
    steps={
        90: Step("imports.forget", operations.forget_old, _l("Forgetting old files that came in"), national=True),
    },
    works={
        80: WorkKind("import", Import, Import.due_from),
    },
    acts=(
        "import.received",
        "import.applied",
        "import.undone",
        "import.dropped",
        "groups.imported",
        "groups.import_undone",
        "sessions.imported",
        "sessions.import_undone",
        "volunteers.imported",
        "volunteers.import_undone",
    ),
)
