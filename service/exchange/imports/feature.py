"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.exchange.imports import api, jobs, keeping, operations, queries, views
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
    acts={
        "import.received": _l("A file was sent in"),
        "import.applied": _l("A file was taken in"),
        "import.undone": _l("A file was taken out again"),
        "import.dropped": _l("A file was dropped"),
        "groups.imported": _l("Groups came in from a file"),
        "groups.import_undone": _l("Groups from a file were taken out again"),
        "sessions.imported": _l("Sessions came in from a file"),
        "sessions.import_undone": _l("Sessions from a file were taken out again"),
        "volunteers.imported": _l("Volunteers came in from a file"),
        "volunteers.import_undone": _l("Volunteers from a file were taken out again"),
    },
    keeps=keeping.KEEPS,
    retentions=keeping.RETENTIONS,
    blankables=keeping.BLANKABLES,
    traces=keeping.TRACES,
    remnants=keeping.REMNANTS,
)
