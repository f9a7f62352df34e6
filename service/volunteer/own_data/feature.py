"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature, Step, WorkKind
from service.volunteer.own_data import jobs, keeping, lines, operations, views
from service.volunteer.own_data.models import OwnDataLink

FEATURE = Feature(
    name="own_data",
    pages=(views.bp,),
    jobs={operations.JOB: jobs.send},
    wakeups={
        170: Step(
            "ring.own_data", operations.wakeups, _l("Links to one's own data that wait to be mailed"), national=True
        ),
    },
    steps={
        150: Step("own_data.forget", operations.forget_old, _l("Forgetting links to one's own data"), national=True),
    },
    works={
        140: WorkKind("own_data", OwnDataLink, OwnDataLink.asked_at),
    },
    lines=lines.LINES,
    acts={
        "own_data.ordered": _l("A volunteer was to be mailed their own data"),
        "own_data.sent": _l("A volunteer was mailed their own data"),
        "own_data.settled": _l("What a volunteer asked for about their own data was settled"),
    },
    keeps=keeping.KEEPS,
    retentions=keeping.RETENTIONS,
    traces=keeping.TRACES,
)
