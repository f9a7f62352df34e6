"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.exchange.transfers import api, export_views, exporting, exports_api, jobs, operations, queries, views
from service.exchange.transfers.models import Export, Import
from service.platform.feature import Feature, Step, WorkKind
from service.platform.work.waking import Wakeup

FEATURE = Feature(
    name="transfers",
    pages=(
        views.bp,
        export_views.bp,
    ),
    resources={280: api.bp, 290: exports_api.bp},
    jobs={operations.JOB: jobs.work, exporting.JOB: jobs.make},
    wakeups={
        110: Step(
            "ring.imports",
            lambda: [Wakeup(operations.JOB, (str(key),)) for key in queries.due()],
            _l("Files that wait to be read"),
            national=True,
        ),
        120: Step(
            "ring.exports",
            lambda: [Wakeup(exporting.JOB, (str(key),)) for key in queries.due(Export)],
            _l("Files that wait to be made"),
            national=True,
        ),
    },
    steps={
        90: Step("imports.forget", operations.forget_old, _l("Forgetting old files that came in"), national=True),
        100: Step("exports.forget", exporting.forget_old, _l("Forgetting old files that went out"), national=True),
    },
    works={
        80: WorkKind("import", Import, Import.due_from),
        90: WorkKind("export", Export, Export.created_at),
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
        "export.made",
        "export.fetched",
    ),
)
