"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.activity.interests import api, jobs, keeping, lines, operations, views
from service.activity.interests.models import Interest
from service.platform.feature import Feature, MenuPlace, Step, WorkKind

FEATURE = Feature(
    name="interests",
    pages=(views.bp,),
    resources={179: api.bp},
    jobs={operations.JOB: jobs.send},
    wakeups={
        179: Step(
            "ring.interests", operations.wakeups, _l("Links to people who would like to volunteer"), national=True
        ),
    },
    steps={
        149: Step(
            "interests.take_in", operations.take_in, _l("People who have confirmed that they would like to volunteer")
        ),
        159: Step(
            "interests.forget", operations.forget_old, _l("Forgetting people who would have volunteered"), national=True
        ),
    },
    works={149: WorkKind("interest", Interest, Interest.asked_at)},
    menu_of_drc={45: MenuPlace(_l("Interested people"), "interests.listing")},
    lines=lines.LINES,
    acts={
        "interest.taken_in": _l("Somebody who would like to volunteer was taken in"),
        "interest.withdrawn": _l("Somebody who would have volunteered changed their mind"),
        "interest.answered": _l("Somebody who would like to volunteer was answered"),
        "interest.read": _l("Somebody who would like to volunteer was looked up"),
    },
    keeps=keeping.KEEPS,
    retentions=keeping.RETENTIONS,
    traces=keeping.TRACES,
)
