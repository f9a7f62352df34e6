"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.factors import door_views, jobs, keeping, letters, taking_views, views
from service.platform.factors.models import FactorEvent
from service.platform.feature import Feature, Step, WorkKind

FEATURE = Feature(
    name="factors",
    pages=(door_views.bp, views.bp, taking_views.bp),
    jobs={letters.JOB: jobs.send},
    wakeups={
        140: Step("ring.factors", letters.wakeups, _l("Mails about second steps that wait"), national=True),
    },
    works={
        110: WorkKind("factor_mail", FactorEvent, FactorEvent.made_at),
    },
    while_choosing=(
        "accounts.sign_out",
        "accounts.stay",
        "factors.confirm",
        "factors.confirm_now",
        "own_factors.add_app",
        "own_factors.add_passkey",
        "own_factors.listing",
        "own_factors.new_app",
        "own_factors.new_passkey",
    ),
    acts={
        "codes.renewed": _l("Recovery codes were made anew"),
        "factor.added": _l("A second step was added"),
        "factor.refused": _l("A sign-in was refused: the second step was wrong"),
        "factor.removed": _l("A second step was removed"),
        "factors.taken": _l("Somebody's second steps were taken away"),
        "proof.refused": _l("Somebody could not prove anew who they are"),
    },
    blankables=keeping.BLANKABLES,
)
