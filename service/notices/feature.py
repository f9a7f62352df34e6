"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.feature import Feature, Step
from service.notices import jobs, operations
from tenants.reach import present

FEATURE = Feature(
    name="notices",
    jobs={operations.JOB: jobs.send},
    rings={
        100: Step(
            "ring.notices",
            lambda: [operations.bell(*owed) for owed in operations.owed(present().codes)],
            _l("Mails that wait to be sent"),
        ),
    },
)
