"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.desk.national import api, jobs, operations, queries, views
from service.desk.national.models import NationalYear
from service.platform.feature import Feature, MenuPlace, Step, WorkKind
from service.platform.work.waking import Wakeup

FEATURE = Feature(
    name="national",
    pages=(views.bp,),
    resources={257: api.bp},
    figures=(api.bp.name,),
    orders=("national.ask_year",),
    jobs={operations.JOB: jobs.make},
    wakeups={
        46: Step(
            "ring.national_years",
            lambda: [Wakeup(operations.JOB, (str(key),)) for key in queries.years_due()],
            _l("National years that wait to be made"),
            national=True,
        ),
    },
    steps={
        46: Step("national.ask", operations.ask_owed, _l("The national year"), national=True),
    },
    works={
        96: WorkKind("national year", NationalYear, NationalYear.asked_at),
    },
    acts={
        "national_year.asked": _l("A national year was asked for"),
    },
    menu_of_drc={
        87: MenuPlace(_l("National figures"), "national.figures"),
    },
)
