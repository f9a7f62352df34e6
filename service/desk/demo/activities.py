"""What runs under the demonstration's agreements, and what was held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

from service.activity.activities import bulk
from service.activity.activities import operations as activities
from service.activity.activities.models import Activity
from service.activity.posters import operations as posters
from service.desk.demo import attendance, files
from service.desk.demo.plan import PlannedAgreement, Stage, first_day, last_day
from tenants.calendar import DENMARK, first_of
from tenants.database import uuid7

SHOWN_OUTSIDE = frozenset({"language_cafe", "volunteer_advice"})  # the first of these in a municipality has a poster
ALSO_SERVES = {("0580", "Sprogcafé om mandagen"): ["0550"]}  # of two municipalities, and apportioned
FOR_WHOM = {
    "language_cafe": "Voksne, der vil øve sig i at tale dansk",
    "homework_help": "Børn og unge i skolealderen",
    "womens_activity": "Kvinder, gerne med børn",
    "children_youth_group": "Børn og unge fra 8 til 17 år",
    "job_club": "Alle, der søger arbejde",
    "social_event": "Alle, store og små",
}
SPOKEN = {"language_cafe": "dansk, lidt arabisk og engelsk", "volunteer_advice": "dansk, arabisk og tigrinya"}


def in_force(today: dt.date) -> list[PlannedAgreement]:
    """The agreements under which something runs today."""
    month = first_of(today)
    return [
        plan
        for plan in files.agreements()
        if plan.stage is Stage.CONCLUDED and first_day(plan.begins, month) <= today <= last_day(plan.ends, month)
    ]


def load(plan: PlannedAgreement, group_ids: Mapping[str, UUID], today: dt.date) -> None:
    """Start what one agreement in force is about, and record what was held."""
    starts_on = first_day(plan.begins, first_of(today))
    public = False
    held: dict[UUID, bulk.Json] = {}
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
                "target_group": FOR_WHOM.get(planned.activity_type, ""),
                "languages": SPOKEN.get(planned.activity_type, ""),
                "children_under_15": planned.children > 0,
                "schedule": attendance.schedule_of(planned, starts_on),
            },
        )
        if not public and planned.activity_type in SHOWN_OUTSIDE and planned.group:
            public = True
            _show_outside(activity)
        serves = ALSO_SERVES.get((plan.code, planned.name), [])
        asks = planned.activity_type in attendance.ASKS_WOMEN_MEN
        if serves or asks:
            activities.set_counting(activity.id, serves, asks_women_men=asks, code=plan.code)
        for counted in attendance.sessions(planned, plan.code, plan.pace, today):
            held[uuid7()] = {
                **asdict(counted),
                "municipality_code": plan.code,
                "activity_id": str(activity.id),
                "serves": serves,
                "recorded_at": dt.datetime.combine(counted.held_on, dt.time(20), DENMARK),
            }
    bulk.add(held)


def _show_outside(activity: Activity) -> None:
    """Let an activity have its public page, and ask for its poster: whoever works makes it."""
    activity.public_id = f"demo{activity.municipality_code}"
    posters.publish(activity.id, public=True, contact=True)
    posters.ask(activity.id)
