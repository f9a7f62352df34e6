"""What a stranger asks for when looking for a group, and how what is found is told to machines. Plain values in and out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.activity.activities.recurrence import Occurrence, Schedule

MAX_ABOUT = 600
FOUND = frozenset({"forming", "active"})  # the statuses of groups that are found; resting and closed ones are not
CONTEXT = "https://api.volunteeringdata.io/context/v1"  # the Open Data Institute's standard for volunteering


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. Whatever is empty limits nothing."""

    municipality_codes: tuple[str, ...] = ()
    theme: str = ""  # an activity type's code
    weekday: str = ""  # MO, TU ...
    language: str = ""  # its name in Danish, as groups write it


@dataclass(frozen=True, slots=True)
class PublicActivity:
    """A public activity as anyone may see it."""

    municipality_code: str
    public_id: str
    name: str
    activity_type: str
    place: str
    address: str
    target_group: str
    languages: str
    seats: int | None
    children_under_15: bool
    starts_on: dt.date
    ends_on: dt.date | None
    schedules: tuple[Schedule, ...]  # those that are not over, in order


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """A group as anyone may see it. The contact has the parts that it publishes: name, phone, email."""

    id: UUID
    public_id: str
    name: str
    sort_key: str
    about: str
    themes: tuple[str, ...]
    municipality_codes: tuple[str, ...]  # its home first
    contact: Mapping[str, str]
    activities: tuple[PublicActivity, ...]


def schedule_of(told: Mapping[str, Any]) -> Schedule:
    """A schedule of its JSON."""
    day = dt.date.fromisoformat
    return Schedule(
        valid_from=day(told["valid_from"]),
        valid_to=day(told["valid_to"]) if told["valid_to"] else None,
        rule=told["rule"],
        anchor=day(told["anchor"]),
        starts=dt.time.fromisoformat(told["starts"]) if told["starts"] else None,
        minutes=told["minutes"],
        without_holidays=told["without_holidays"],
        without_breaks=told["without_breaks"],
        extra=frozenset(map(day, told["extra"])),
        left_out=frozenset(map(day, told["left_out"])),
    )


def activity_of(told: Mapping[str, Any]) -> PublicActivity:
    """A public activity of its JSON."""
    day = dt.date.fromisoformat
    return PublicActivity(
        **{
            **told,
            "starts_on": day(told["starts_on"]),
            "ends_on": day(told["ends_on"]) if told["ends_on"] else None,
            "schedules": tuple(map(schedule_of, told["schedules"])),
        }
    )


def moment(time: Occurrence, zone: dt.tzinfo) -> str:
    """When something begins, in ISO 8601: with its zone where the time of day is known."""
    return dt.datetime.combine(time.day, time.starts, zone).isoformat() if time.starts else time.day.isoformat()


def duration(time: Occurrence) -> str | None:
    """How long something lasts, in ISO 8601."""
    return f"PT{time.minutes}M" if time.minutes else None
