"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.exchange.filing import api, feed_views, jobs, keeping, lines, operations, queries, views
from service.exchange.filing.models import Filing
from service.platform.feature import Feature, MenuPlace, Resumed, Step, WorkKind

FEATURE = Feature(
    name="filing",
    pages=(views.bp, feed_views.bp),
    resources={268: api.bp},
    jobs={operations.JOB: jobs.send},
    wakeups={
        108: Step(
            "ring.filings",
            lambda: [operations.wakeup(*owed) for owed in queries.due()],
            _l("Papers that wait to be sent to the municipalities' files"),
        ),
    },
    steps={
        18: Step("filings.ask", operations.ask_owed, _l("Papers for the municipalities' files")),
    },
    works={
        78: WorkKind(
            "filing",
            Filing,
            Filing.owed_at,
            Resumed(
                "journal",
                _l("Paper for the file"),
                lambda row: row.recipient,
                lambda row: operations.wakeup(row.municipality_code, row.id),
            ),
        ),
    },
    acts={
        "document.filed": _l("A paper was sent to the municipality's file"),
        "documents.fetched": _l("The papers of a year were fetched"),
        "filing.address_removed": _l("The address where the municipality files was removed"),
        "filing.address_set": _l("The address where the municipality files was set"),
    },
    lines=lines.LINES,
    menu_of_municipality={
        68: MenuPlace(_l("Papers"), "filing.papers"),
    },
    remnants=keeping.REMNANTS,
)
