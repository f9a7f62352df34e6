"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.activity.posters import api, jobs, lines, operations, queries, views
from service.activity.posters.models import Poster
from service.platform.feature import Feature, Resumed, Step, WorkKind
from service.platform.work.waking import Wakeup, wakeups_for

FEATURE = Feature(
    name="posters",
    pages=(views.bp,),
    orders=("posters.ask", "api_posters.ask"),
    resources={80: api.bp},
    jobs={operations.JOB: jobs.make},
    wakeups={
        40: Step(
            "ring.posters", lambda: wakeups_for(operations.JOB, queries.due()), _l("Posters that wait to be made")
        ),
    },
    works={
        60: WorkKind(
            "poster",
            Poster,
            Poster.asked_at,
            Resumed(
                "plakat",
                _l("Poster"),
                queries.activity_name,
                lambda row: Wakeup(operations.JOB, (row.municipality_code, str(row.id))),
            ),
            only=queries.latest(),
        ),
    },
    lines=lines.LINES,
    acts={
        "poster.asked": _l("A poster was ordered"),
        "activity.published": _l("An activity got a public page"),
        "activity.withdrawn": _l("A public page was withdrawn"),
    },
)
