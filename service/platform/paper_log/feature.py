"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.feature import Feature, Step, WorkKind
from service.platform.paper_log import api, jobs, operations, stamping, views
from service.platform.paper_log.models import CheckpointStamp

FEATURE = Feature(
    name="paper_log",
    pages=(views.bp,),
    resources={267: api.bp},
    jobs={stamping.JOB: jobs.stamp},
    wakeups={
        175: Step("ring.stamps", stamping.wakeups, _l("Checkpoints that wait for their time stamp"), national=True),
    },
    works={
        145: WorkKind("checkpoint_stamp", CheckpointStamp, CheckpointStamp.asked_at),
    },
    steps={
        127: Step(
            operations.STEP, operations.sign_owed, _l("The nightly signature of the log of papers"), national=True
        ),
    },
)
