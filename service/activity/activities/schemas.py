"""What is sent to activities and sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel import gettext as _
from marshmallow import ValidationError, post_load, validates_schema
from marshmallow.fields import Field

from service.activity.activities.fields import FIELDS, MOST_MUNICIPALITIES, FromMunicipality
from service.activity.activities.measures import MEASURES, Measure
from service.activity.activities.recurrence import LAST_DAY_OF_EVERY_MONTH, MOST_EVERY, Rule, Schedule, parse
from service.activity.activities.rules import Counts, from_each
from service.platform.web.api import Id
from service.platform.web.date_fields import Day, Days, Time
from service.platform.web.declared import Way, fields_of
from service.platform.web.fields import Choice, Number, Part, Rows, Strict, Text, Ticks, YesNo
from service.platform.web.personal import FreeText, Looked
from service.platform.web.slips import TextKind

MOST_MINUTES = 1440
MOST_DATES = 60
T = TypeVar("T")


class RuleText(Text):
    """A rule of RFC 5545, of the part that is taken; loads as its own text, always written the same."""

    def __init__(self, **options: Any) -> None:
        super().__init__(200, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return str(parse(text))
        except ValueError as error:
            raise ValidationError(
                _("This rule is not taken. Send one such as FREQ=WEEKLY;INTERVAL=2;BYDAY=TU or FREQ=MONTHLY;BYDAY=1WE.")
            ) from error


class _Schedule(Strict):
    """What a schedule is besides its rule."""

    starts = Time(required=False)
    minutes = Number(5, MOST_MINUTES, required=False)
    without_holidays = YesNo(required=False)
    without_breaks = YesNo(required=False)
    extra = Days(MOST_DATES)
    left_out = Days(MOST_DATES)
    valid_from = Day(required=False)
    recount = YesNo(required=False)


class NewSchedule(_Schedule):
    """When an activity meets. Without a rule it does so on the extra days alone.

    `valid_from` left out is the activity's first day, or today of one that has begun. `recount` counts every other week anew from
    there; else the weeks stay as they are while the rule does.
    """

    rule = RuleText(required=False)


class ActivityFacts(Looked):
    """What an activity is, and may be changed."""

    name = FreeText(120, TextKind.TERMS)
    place = FreeText(120, TextKind.PLACE)
    group_id = Id(required=False)
    address = FreeText(200, TextKind.PLACE, required=False)
    target_group = FreeText(120, TextKind.TERMS, required=False)
    languages = Text(120, required=False)
    partners = FreeText(200, TextKind.TERMS, required=False)
    seats = Number(1, 5000, required=False)
    children_under_15 = YesNo(required=False)


class _Begun(Strict):
    """What an activity is from its beginning."""

    activity_type = Text(60)
    starts_on = Day()
    ends_on = Day(required=False)


class NewActivity(_Begun, ActivityFacts):
    """An activity to start."""

    schedule = Part(NewSchedule, allow_none=True, load_default=None)


class _BegunOtherwise(Strict):
    """Another type and first day; left out they stay."""

    activity_type = Text(60, required=False)
    starts_on = Day(required=False)


class ChangedActivity(_BegunOtherwise, ActivityFacts):
    """An activity, whole, in place of what it was. Without a schedule it keeps the one it has."""

    __beside__ = ("activity_type", "starts_on", "schedule")

    schedule = Part(NewSchedule, allow_none=True, load_default=None)


class LastDayFields(Strict):
    """An activity's last day; none is until further notice."""

    ends_on = Day(required=False)


class Repeats(StrEnum):
    """How a form says that something is repeated."""

    WEEKS = "weeks"
    WEEKDAY = "weekday"  # the second Tuesday of the month
    MONTH_DAY = "month_day"  # the 15th
    DATES = "dates"  # on days chosen one by one


DAYS = {"mo": 0, "tu": 1, "we": 2, "th": 3, "fr": 4, "sa": 5, "su": 6}
NTHS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}


class _ScheduleTyped(_Schedule):
    """A schedule as a form's fields; loads as `schedule`, with a rule, or None where nothing is said of it."""

    repeats = Choice(Repeats, required=False)
    every = Number(1, MOST_EVERY, required=False, load_default=1)
    days = Ticks(DAYS)
    nths = Ticks(NTHS)
    month_day = Number(1, LAST_DAY_OF_EVERY_MONTH, required=False)

    @post_load
    def _with_schedule(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        repeats = data.pop("repeats")
        parts = {name: data.pop(name) for name in ("every", "days", "nths", "month_day")}
        schedule = {name: data.pop(name) for name in _Schedule().fields}
        return data | {"schedule": schedule | {"rule": _rule(repeats, parts, schedule)} if repeats else None}


def _rule(repeats: Repeats, parts: Mapping[str, Any], schedule: Mapping[str, Any]) -> str:
    """The rule that a form says. Raises ValidationError for one that says too little."""
    days = tuple(sorted(DAYS[day] for day in parts["days"]))
    nths = tuple(nth for code, nth in NTHS.items() if code in parts["nths"])
    errors = {}
    if repeats in (Repeats.WEEKS, Repeats.WEEKDAY) and not days:
        errors["days"] = [_("Choose at least one weekday.")]
    if repeats is Repeats.WEEKDAY and not nths:
        errors["nths"] = [_("Choose which ones in the month.")]
    if repeats is Repeats.MONTH_DAY and not parts["month_day"]:
        errors["month_day"] = [_("Write the day of the month.")]
    if repeats is Repeats.DATES and not schedule["extra"]:
        errors["extra"] = [_("Write the dates.")]
    if errors:
        raise ValidationError(errors)
    match repeats:
        case Repeats.WEEKS:
            return str(Rule(parts["every"], days))
        case Repeats.WEEKDAY:
            return str(Rule(parts["every"], days, nths))
        case Repeats.MONTH_DAY:
            return str(Rule(parts["every"], month_day=parts["month_day"]))
        case Repeats.DATES:
            return ""


def as_typed(schedule: Schedule | None) -> dict[str, Any]:
    """A schedule as the values of a form's fields."""
    if schedule is None:
        return {"every": "1", "without_holidays": True}
    rule = parse(schedule.rule) if schedule.rule else None
    repeats = (
        Repeats.DATES
        if rule is None
        else Repeats.WEEKS
        if rule.weekly
        else Repeats.WEEKDAY
        if rule.nths
        else Repeats.MONTH_DAY
    )
    return {
        "repeats": repeats,
        "every": rule.every if rule else 1,
        "days": {code: True for code, day in DAYS.items() if rule and day in rule.days},
        "nths": {code: True for code, nth in NTHS.items() if rule and nth in rule.nths},
        "month_day": rule.month_day if rule else None,
        "starts": f"{schedule.starts:%H.%M}" if schedule.starts else None,
        "minutes": schedule.minutes,
        "without_holidays": schedule.without_holidays,
        "without_breaks": schedule.without_breaks,
        "extra": "\n".join(f"{day:%d-%m-%Y}" for day in sorted(schedule.extra)),
        "left_out": "\n".join(f"{day:%d-%m-%Y}" for day in sorted(schedule.left_out)),
    }


class ActivityForm(_ScheduleTyped, _Begun, ActivityFacts):
    """An activity to start, as typed."""


class ChangeForm(_ScheduleTyped, _BegunOtherwise, ActivityFacts):
    """An activity to change, as typed."""


def counts(measures: Iterable[Measure], *, blank: bool = False) -> dict[str, Number]:
    """A field for each of those measures. What is told of none is 0 where it cannot be left open, else nothing; `blank`: nothing."""
    return {
        each.code: Number(0, each.most, required=False, load_default=None if blank else NONE[each.code])
        for each in measures
    }


NONE = {**asdict(Counts()), "volunteer_minutes": None}  # which is worked out


def having(fields: Mapping[str, Field[Any]]) -> Callable[[type[T]], type[T]]:
    """Gives a plain class those fields, for schemas to stand on: they come after those of the schemas to its right."""

    def put(cls: type[T]) -> type[T]:
        for name, field in fields.items():
            setattr(cls, name, field)
        return cls

    return put


@having(counts(MEASURES))
class AllCounts:
    """A field for each measure."""


class _About(Looked):
    """What is told of a session beside its counts."""

    locals().update(fields_of(FIELDS, Way.SENT))


class NewSession(AllCounts, _About):
    """One time that an activity was held or cancelled.

    The volunteers' minutes left out are those of them all for as long as it lasted; participants left out are the sums of the
    municipalities'.
    """

    municipalities = Rows(Part(FromMunicipality), MOST_MUNICIPALITIES, required=False, load_default=list)

    @validates_schema
    def _says_something(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        told = ("volunteers", "adults", "children", "active_matches", "ended_matches")
        if data["cancelled"] or any(data[name] for name in told) or from_each(data["municipalities"]):
            return
        raise ValidationError({"volunteers": [_("Write how many came, or tick that it was cancelled.")]})


class Counting(Strict):
    """How an activity's sessions are counted: which other municipalities they serve, and whether women and men are counted."""

    serves = Ticks()
    asks_women_men = YesNo(required=False)
