"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.exchange.webhooks import api, jobs, lines, operations, queries, views
from service.exchange.webhooks.models import WebhookMessage
from service.platform.feature import Feature, Resumed, Step, WorkKind

FEATURE = Feature(
    name="webhooks",
    pages=(views.bp,),
    resources={269: api.bp},
    jobs={operations.JOB: jobs.send},
    wakeups={
        109: Step(
            "ring.webhooks",
            lambda: [operations.wakeup(*owed) for owed in queries.due()],
            _l("What the municipalities' systems wait to be told"),
        ),
    },
    steps={
        19: Step("webhooks.ask", operations.ask_owed, _l("What the municipalities' systems are told of papers")),
    },
    works={
        79: WorkKind(
            "webhook",
            WebhookMessage,
            WebhookMessage.owed_at,
            Resumed(
                "system",
                _l("Paper that a system is told of"),
                lambda row: "",
                lambda row: operations.wakeup(row.municipality_code, row.id),
            ),
        ),
    },
    acts={
        "webhook.ended": _l("A system is told of papers no more"),
        "webhook.made": _l("A system is to be told of papers"),
        "webhook.told": _l("A system was told of a paper"),
    },
    lines=lines.LINES,
)
