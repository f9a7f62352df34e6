"""What statements and the pages about them say, in the same words: on paper in Danish, on screen in the chosen language."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from service.activity.activities.lateness import LateWay
from service.activity.activities.measures import MEASURES as COUNTED
from service.network.needs.rules import NeedState
from service.reporting.statements.closing import StatementStage, Wait
from service.reporting.statements.progress import PromiseProgress
from tenants.scope import Every

PROGRESS_DA = {
    PromiseProgress.BEHIND: "bagud",
    PromiseProgress.UNKNOWN: "kan ikke vurderes",
    PromiseProgress.ON_TRACK: "på sporet",
    PromiseProgress.DONE: "nået",
}
PROGRESS = {
    PromiseProgress.BEHIND: (_l("Behind"), "warning"),
    PromiseProgress.UNKNOWN: (_l("Cannot be told"), "info"),
    PromiseProgress.ON_TRACK: (_l("On track"), "success"),
    PromiseProgress.DONE: (_l("Reached"), "success"),
}
SPANS_DA = {Every.MONTH: "måneden", Every.QUARTER: "kvartalet", Every.YEAR: "året"}
NEEDS_DA = {
    NeedState.OPEN: "venter på svar",
    NeedState.ANSWERED: "besvaret, venter på kommunen",
    NeedState.ACCEPTED: "aftalt",
    NeedState.IN_PROGRESS: "delvist på plads",
    NeedState.MET: "opfyldt",
    NeedState.WITHDRAWN: "trukket tilbage",
}
STAGES: Mapping[StatementStage, tuple[LazyString, LazyString, str]] = {  # in a cell, in words, and the badge
    StatementStage.FAILED: (_l("Fault"), _l("Failed"), "error"),
    StatementStage.UNMADE: (_l("None"), _l("None was made"), ""),
    StatementStage.AWAITED: (_l("Waits"), _l("Waits for the groups"), "info"),
    StatementStage.HELD: (_l("To look at"), _l("Ready for a look"), "warning"),
    StatementStage.RELEASED: (_l("Under way"), _l("Released, being made"), "info"),
    StatementStage.SENT: (_l("Sent"), _l("Sent"), "success"),
    StatementStage.OPENED: (_l("Opened"), _l("Opened by the municipality"), "success"),
}
WAITS: Mapping[Wait, LazyString] = {
    Wait.GROUP: _l("A group is about to report"),
    Wait.FIGURE: _l("A figure is being looked into"),
    Wait.AGREEMENT: _l("What was agreed is being cleared up"),
    Wait.OTHER: _l("Another reason"),
}
MEASURES = {
    "sessions": _l("Sessions held"),
    "cancelled": _l("Cancelled sessions"),
    **{measure.code: measure.label for measure in COUNTED},
}
WAYS = {LateWay.REPORTED: _l("Reported late by the group"), LateWay.CORRECTED: _l("Corrected by DRC")}
OFFICES = {"secretariat": _l("DRC's secretariat"), "consultant": _l("Consultant")}
