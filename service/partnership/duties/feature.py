"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.partnership.duties import api, jobs, keeping, lines, operations, views
from service.platform.feature import Feature, Step

FEATURE = Feature(
    name="duties",
    pages=(views.bp,),
    resources={40: api.bp},
    jobs={operations.JOB: jobs.bring_up},
    wakeups={
        50: Step("ring.duties", operations.wakeups, _l("Lists of what is due that are behind")),
    },
    alone={operations.STEP: _l("The list of what is due")},
    lines=lines.LINES,
    acts={
        "duty.done": _l("A promise was marked as done"),
        "duty.taken_back": _l("A mark of a promise was taken back"),
    },
    blankables=keeping.BLANKABLES,
)
