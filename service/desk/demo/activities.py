"""What runs under the demonstration's agreements, and what was held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

from service.activity.activities import operations as activities
from service.activity.activities.models import Activity, ActivitySession, SessionPart
from service.activity.posters import operations as posters
from service.desk.demo import files, rules
from service.desk.demo.rules import PlannedAgreement, Stage
from tenants.calendar import DENMARK, first_of
from tenants.database import db, uuid7

SHOWN_OUTSIDE = frozenset({"language_cafe", "volunteer_advice"})  # the first of these in a municipality has a poster
ALSO_SERVES = {("0580", "Sprogcafé om mandagen"): ["0550"]}  # of two municipalities, and apportioned


def in_force(today: dt.date) -> list[PlannedAgreement]:
    """The agreements under which something runs today."""
    month = first_of(today)
    return [
        plan
        for plan in files.agreements()
        if plan.stage is Stage.CONCLUDED
        and rules.first_day(plan.begins, month) <= today <= rules.last_day(plan.ends, month)
    ]


def load(plan: PlannedAgreement, group_ids: Mapping[str, UUID], today: dt.date) -> None:
    """Start what one agreement in force is about, and record what was held."""
    starts_on = rules.first_day(plan.begins, first_of(today))
    public = False
    rows: list[ActivitySession] = []
    parts: list[SessionPart] = []
    for planned in files.activities_of(plan.key):
        activity = activities.start(
            plan.code,
            {
                "activity_type": planned.activity_type,
                "group_id": group_ids[planned.group] if planned.group else None,
                "name": planned.name,
                "place": planned.place,
                "starts_on": starts_on,
                "ends_on": None,
                "target_group": rules.FOR_WHOM.get(planned.activity_type, ""),
                "languages": rules.SPOKEN.get(planned.activity_type, ""),
                "children_under_15": planned.children > 0,
                "schedule": rules.schedule_of(planned, starts_on),
            },
        )
        if not public and planned.activity_type in SHOWN_OUTSIDE and planned.group:
            public = True
            _show_outside(activity)
        serves = ALSO_SERVES.get((plan.code, planned.name), [])
        asks = planned.activity_type in rules.ASKS_WOMEN_MEN
        if serves or asks:
            activities.set_counting(activity.id, serves, asks_women_men=asks, code=plan.code)
        held = [
            ActivitySession(
                **asdict(counted),
                municipality_code=plan.code,
                id=uuid7(),
                activity_id=activity.id,
                serves=serves,
                recorded_at=dt.datetime.combine(counted.held_on, dt.time(20), DENMARK),
            )
            for counted in rules.sessions(planned, plan.code, plan.pace, today)
        ]
        rows += held
        parts += [part for row in held for part in activities.parts(row, activity)]
    db.session.add_all(rows)
    db.session.add_all(parts)
    db.session.flush()


def _show_outside(activity: Activity) -> None:
    """Let an activity have its public page, and ask for its poster: whoever works makes it."""
    activity.public_id = f"demo{activity.municipality_code}"
    posters.publish(activity.id, public=True, contact=True)
    posters.ask(activity.id)
