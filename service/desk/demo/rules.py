"""How the plan in `data/` becomes terms, amounts, targets, days and counts. Plain values in and out; nothing here is by chance.

All days are relative to the month the data is loaded in, and every count comes from a seed of its own, so that the same plan
gives the same figures for a month that lies equally far back.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from stdnum import ean

from service.activity.activities import non_working_days
from service.activity.activities.recurrence import Rule, Schedule, occurrences
from service.network.shares.rules import ShareState
from service.partnership.catalogue.rules import BoundarySide, CatalogueType, MeetsChildren
from service.partnership.catalogue.texts import DRC_DUTIES_DA, MUNICIPALITY_DUTIES_DA
from tenants.calendar import first_of, month_after, months_back
from tenants.scope import (
    PRESETS,
    AgreedActivity,
    Capability,
    Contact,
    Every,
    Frequency,
    Instalment,
    LegalBasis,
    Level,
    Payment,
    Scope,
    Target,
    YearAmount,
)

MONTHS_BACK = 13  # how far back sessions reach, before the present month
LAGGING = 0.8  # a municipality that holds fewer of its sessions than this does not grow either
UNDONE = 0.2  # how much of what either side owed is late
# What goes on in July, as people are there whether schools are open or not; all else pauses.
IN_JULY = frozenset(
    {
        "language_cafe",
        "volunteer_advice",
        "network_family",
        "social_event",
        "cycling_course",
        "companion",
        "everyday_interpreter",
    }
)
CANCELLED = ("volunteers", "participants", "premises", "weather")
WITH_SCHOOL = frozenset({"homework_help", "leisure_support"})
MATCHED = frozenset({"network_family", "mentor"})
ASKS_WOMEN_MEN = frozenset({"language_cafe", "job_club"})
FRIDAY = 4
EPOCH = dt.date(2020, 2, 1)  # from which every other week and every third month are counted
AT = {  # when on a weekday each type begins; the others at 19
    "homework_help": dt.time(15),
    "leisure_support": dt.time(16),
    "children_youth_group": dt.time(15, 30),
    "volunteer_advice": dt.time(16, 30),
    "companion": dt.time(10),
    "everyday_interpreter": dt.time(10),
    "womens_activity": dt.time(17),
}
FOR_WHOM = {
    "language_cafe": "Voksne, der vil øve sig i at tale dansk",
    "homework_help": "Børn og unge i skolealderen",
    "womens_activity": "Kvinder, gerne med børn",
    "children_youth_group": "Børn og unge fra 8 til 17 år",
    "job_club": "Alle, der søger arbejde",
    "social_event": "Alle, store og små",
}
SPOKEN = {"language_cafe": "dansk, lidt arabisk og engelsk", "volunteer_advice": "dansk, arabisk og tigrinya"}
SESSIONS_A_YEAR = {Every.WEEK: 45, Every.FORTNIGHT: 22, Every.MONTH: 12, Every.QUARTER: 4, Every.YEAR: 1}
DUE = {
    1: ((3, 1),),
    2: ((2, 1), (8, 1)),
    4: ((1, 15), (4, 15), (7, 15), (10, 15)),
}  # (month, day), by instalments a year


class Stage(StrEnum):
    """How far an agreement of the plan has come."""

    DRAFT = "draft"  # DRC is still drafting
    OFFERED = "offered"  # it waits for the municipality
    ACCEPTED = "accepted"  # it waits for DRC
    CONCLUDED = "concluded"


@dataclass(frozen=True, slots=True)
class PlannedActivity:
    """An activity of the plan: what, where, how often, and how many come on an ordinary day."""

    agreements: tuple[str, ...]  # the keys of the agreements it belongs to
    activity_type: str
    name: str
    place: str
    frequency: Frequency
    days: tuple[int, ...]  # weekdays, Monday is 0
    adults: int
    children: int
    volunteers: int
    minutes: int
    group: str  # the key of the group that runs it; empty: none
    agreed: bool  # False: it runs beside the agreement


@dataclass(frozen=True, slots=True)
class PlannedCapacity:
    """What a group of the plan has free of a kind, and how long ago it said so."""

    group: str
    kind: str
    free: int
    days_ago: int


@dataclass(frozen=True, slots=True)
class PlannedAnswer:
    """A group that answers a need of the plan, or that is asked for in another territory and waits for a yes."""

    group: str
    number: int
    asked: bool
    days_ago: int


@dataclass(frozen=True, slots=True)
class PlannedNeed:
    """What a municipality of the plan lacks, and what came of it: the act, a number where it takes one, and how long ago."""

    code: str
    kind: str
    number: int
    days_ago: int
    within_days: int | None
    languages: tuple[str, ...]
    remark: str
    answers: tuple[PlannedAnswer, ...]
    outcome: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedAgreement:
    """An agreement of the plan, as its row has it. The first four digits of the key are the municipality's code."""

    key: str
    level: Level
    stage: Stage
    begins: str
    ends: str
    legal_basis: LegalBasis
    kroner: str  # a year's amount, or year:amount for each year
    instalments: int  # a year
    gln: str
    reference_person: str
    department: str
    purpose: str
    target_groups: tuple[str, ...]
    premises: tuple[str, ...]
    support: str
    targets: tuple[str, ...]  # measure, or measure:activity_type
    meetings: int
    notice: int
    evaluation: int | None  # months before the end
    case_number: str  # {year} and {yy} stand for the year it begins
    kle_number: str
    added: frozenset[Capability]
    left_out: frozenset[Capability]
    pace: float  # the part of its sessions that is held

    @property
    def code(self) -> str:
        """The municipality's code."""
        return self.key[:4]


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """A volunteer group of the plan, and the municipalities it is shared with from a day."""

    key: str
    name: str
    contact: str
    since: str
    municipalities: tuple[str, ...]
    cooperation: str  # the last day of its cooperation agreement, in days from today; empty: until further notice; none

    @property
    def has_cooperation(self) -> bool:
        """Whether the group has signed one at all."""
        return self.cooperation != "none"

    def cooperation_ends(self, today: dt.date) -> dt.date | None:
        """Its last day, or None where it is until further notice."""
        return today + dt.timedelta(days=int(self.cooperation)) if self.cooperation else None


@dataclass(frozen=True, slots=True)
class PlannedNetwork:
    """A network of the plan: its groups by their keys, and the municipalities that share it."""

    key: str
    name: str
    kind: str
    about: str
    groups: tuple[str, ...]
    municipalities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedOffer:
    """A share of the plan that is not simply running: of a group or of a network, by its key, and how far it has come."""

    group: str
    network: str
    municipality: str
    stage: ShareState
    shows: tuple[str, ...]
    begins: str
    ends: str


@dataclass(frozen=True, slots=True)
class PlannedTerritory:
    """A consultant's territory of the plan."""

    name: str
    mailbox: str
    municipalities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoSession:
    """One session as it is recorded. A cancelled one counts nothing."""

    held_on: dt.date
    cancelled: bool = False
    cancelled_why: str = ""
    minutes: int | None = None
    volunteers: int = 0
    volunteer_minutes: int = 0
    adults: int = 0
    children: int = 0
    new_faces: int = 0
    women: int | None = None
    men: int | None = None
    active_matches: int | None = None
    new_matches: int | None = None
    ended_matches: int | None = None
    waiting: int | None = None


def first_day(text: str, month: dt.date) -> dt.date:
    """The day a text names: a date, or so many months from `month` (-22, +1). Raises ValueError for anything else."""
    return month_after(month, int(text)) if text[0] in "+-" else dt.date.fromisoformat(text)


def last_day(text: str, month: dt.date) -> dt.date:
    """The last day a text names: a date, the end of a month from `month` (+2), or the end of a year from its year (dec+1)."""
    if text.startswith("dec"):
        return dt.date(month.year + int(text[3:]), 12, 31)
    if text[0] in "+-":
        return month_after(month, int(text) + 1) - dt.timedelta(days=1)
    return dt.date.fromisoformat(text)


def gln(code: str) -> str:
    """An invented GLN with a right check digit, from the numbers that are kept for use inside a house and so are nobody's."""
    digits = f"20000000{code}"
    return digits + str(ean.calc_check_digit(digits))


def amounts(kroner: str, starts_on: dt.date, ends_on: dt.date) -> tuple[YearAmount, ...]:
    """What is paid in each calendar year of a term: as written year by year, else the yearly amount by months in force."""
    if ":" in kroner:
        pairs = (part.split(":") for part in kroner.split())
        return tuple(YearAmount(int(year), int(amount) * 100) for year, amount in pairs)
    if not kroner:
        return ()
    return tuple(
        YearAmount(year, int(kroner) * months_in_force(year, starts_on, ends_on) // 12 // 1000 * 1000 * 100)
        for year in range(starts_on.year, ends_on.year + 1)
    )


def months_in_force(year: int, starts_on: dt.date, ends_on: dt.date) -> int:
    """How many months of a year lie within a term that begins and ends with a month."""
    first = starts_on.month if starts_on.year == year else 1
    return (ends_on.month if ends_on.year == year else 12) - first + 1


def instalments(amount: YearAmount, parts: int, starts_on: dt.date, ends_on: dt.date) -> tuple[Instalment, ...]:
    """A year's amount in whole kroner parts on the usual days within the term; the last takes what is left over."""
    usual = [dt.date(amount.year, month, day) for month, day in DUE[parts]]
    begins = max(starts_on, dt.date(amount.year, 1, 1))
    days = [day for day in usual if starts_on <= day <= ends_on] or [min(begins + dt.timedelta(days=14), ends_on)]
    each = amount.ore // len(days) // 100 * 100
    rest = amount.ore - each * (len(days) - 1)
    return tuple(Instalment(day, rest if day == days[-1] else each) for day in days)


def targets(
    wanted: Sequence[str], activities: Sequence[PlannedActivity], starts_on: dt.date, ends_on: dt.date
) -> tuple[Target, ...]:
    """The targets of each calendar year of which a term holds half: about what the agreed activities reach on ordinary days."""
    found = []
    for year in range(starts_on.year, ends_on.year + 1):
        months = months_in_force(year, starts_on, ends_on)
        for text in wanted if months >= 6 else ():
            measure, _, activity_type = text.partition(":")
            reached = sum(
                SESSIONS_A_YEAR[a.frequency.every] * a.frequency.times * _of_a_session(measure, a)
                for a in activities
                if not activity_type or a.activity_type == activity_type
            )
            found.append(Target(measure, _rounded(reached * 0.97 * months / 12), year, activity_type or None))
    return tuple(found)


def _of_a_session(measure: str, activity: PlannedActivity) -> float:
    match measure:
        case "sessions":
            return 1
        case "attendances":
            return activity.adults + activity.children
        case "volunteer_attendances":
            return activity.volunteers
        case "volunteer_hours":
            return activity.volunteers * activity.minutes / 60
    raise ValueError(f"the plan has no figure for the measure {measure!r}")


def _rounded(value: float) -> int:
    step = 50 if value >= 1000 else 10 if value >= 100 else 2
    return max(step, round(value / step) * step)


def scope_of(
    plan: PlannedAgreement,
    activities: Sequence[PlannedActivity],
    kinds: Mapping[str, CatalogueType],
    month: dt.date,
    municipality_contact: Contact,
    drc_contact: Contact,
) -> Scope:
    """The scope that an agreement of the plan settles, when the data is loaded in `month`."""
    starts_on, ends_on = first_day(plan.begins, month), last_day(plan.ends, month)
    agreed = [activity for activity in activities if activity.agreed]
    paid = amounts(plan.kroner, starts_on, ends_on)
    return Scope(
        level=plan.level,
        starts_on=starts_on,
        ends_on=ends_on,
        municipality_contact=municipality_contact,
        drc_contact=drc_contact,
        capabilities=(PRESETS[plan.level] | plan.added) - plan.left_out,
        activities=tuple(_agreed(activity, kinds[activity.activity_type], starts_on, ends_on) for activity in agreed),
        targets=targets(plan.targets, agreed, starts_on, ends_on),
        payment=Payment(
            legal_basis=plan.legal_basis,
            amounts=paid,
            instalments=tuple(i for year in paid for i in instalments(year, plan.instalments, starts_on, ends_on)),
            gln=gln(plan.gln) if plan.gln else "",
            reference_person=plan.reference_person,
        ),
        notice_months=plan.notice,
        department=plan.department,
        purpose=plan.purpose,
        target_groups=plan.target_groups,
        municipality_duties=MUNICIPALITY_DUTIES_DA[plan.level],
        drc_duties=DRC_DUTIES_DA[plan.level],
        premises=plan.premises,
        support=plan.support,
        meetings_per_year=plan.meetings,
        evaluation_on=month_after(first_of(ends_on), -plan.evaluation) if plan.evaluation is not None else None,
        case_number=plan.case_number.format(year=starts_on.year, yy=f"{starts_on:%y}"),
        kle_number=plan.kle_number,
    )


def _agreed(activity: PlannedActivity, kind: CatalogueType, starts_on: dt.date, ends_on: dt.date) -> AgreedActivity:
    return AgreedActivity(
        activity_type=activity.activity_type,
        place=activity.place,
        frequency=activity.frequency,
        starts_on=starts_on,
        ends_on=ends_on,
        distinction=kind.distinction if kind.side is BoundarySide.BORDERLINE else None,
        children_under_15=kind.children_under_15 is MeetsChildren.YES or activity.children > 0,
    )


def done_on(code: str, title: str, due_on: dt.date, today: dt.date) -> dt.date | None:
    """When a duty that was due was done, some days before or after its day; None for the few that are not done yet."""
    chance = random.Random(f"{code}/{title}/{(today - due_on).days // 31}")  # noqa: S311 - not for secrets
    days = chance.randint(-20, 9)
    return None if chance.random() < UNDONE else min(due_on + dt.timedelta(days=days), today)


def rhythm(activity: PlannedActivity) -> Schedule:
    """When an activity of the plan meets: its rhythm, less holidays and, where it pauses with the schools, their breaks."""
    nths: tuple[int, ...] = ()
    every = 1
    match activity.frequency.every:
        case Every.FORTNIGHT:
            every = 2
        case Every.MONTH:
            nths = (2,) if activity.frequency.times == 1 else (1, 3)
        case Every.QUARTER if activity.frequency.times == 1:
            nths, every = (2,), 3
        case _:
            pass  # every week, also what is promised as so many times over a longer span
    weekend = min(activity.days) > FRIDAY
    return Schedule(
        valid_from=EPOCH,
        rule=str(Rule(every, activity.days, nths)),
        starts=dt.time(13) if weekend else AT.get(activity.activity_type, dt.time(19)),
        minutes=activity.minutes,
        without_holidays=True,
        without_breaks=activity.activity_type in WITH_SCHOOL or activity.activity_type not in IN_JULY,
    )


def schedule_of(activity: PlannedActivity, starts_on: dt.date) -> dict[str, Any]:
    """The schedule of an activity that begins on a day, as it is sent: from its first time on, so that the weeks come out the same."""
    found = rhythm(activity)
    first = occurrences(found, starts_on, starts_on + dt.timedelta(days=200))[0].day
    sent = {name: getattr(found, name) for name in ("rule", "starts", "minutes", "without_holidays", "without_breaks")}
    return {**sent, "extra": (), "left_out": (), "valid_from": first, "recount": False}


def session_days(activity: PlannedActivity, month: dt.date) -> list[dt.date]:
    """The days of a month on which an activity is planned."""
    found, after = rhythm(activity), month_after(month)
    return [
        day.day for day in occurrences(found, month, after, closed=non_working_days.days_of("", found, month, after))
    ]


def sessions(activity: PlannedActivity, code: str, pace: float, today: dt.date) -> list[DemoSession]:
    """The sessions of an activity in a municipality from thirteen months before today's month to the day before today."""
    months = months_back(first_of(today), MONTHS_BACK + 1)
    found = []
    for number, month in enumerate(months):
        # Seeded by how far back the month is, so that the figures do not depend on when the data is loaded.
        chance = random.Random(f"{code}/{activity.name}/{activity.place}/{len(months) - number}")  # noqa: S311 - not for secrets
        growth = 0.9 if pace < LAGGING else 0.86 + 0.02 * number
        for day in session_days(activity, month):
            counted = _counted(activity, day, pace, growth, chance)
            if counted is not None and day < today:
                found.append(_matched(activity, counted, number) if activity.activity_type in MATCHED else counted)
    return found


def _matched(activity: PlannedActivity, counted: DemoSession, number: int) -> DemoSession:
    """A session with its pairs: one more every other month."""
    if counted.cancelled:
        return counted
    first = counted.held_on.day <= (7 if activity.frequency.every is Every.WEEK else 14)
    return replace(
        counted,
        active_matches=activity.adults + number // 2,
        new_matches=1 if first and number and not number % 2 else 0,
        ended_matches=0,
        waiting=3 + number % 4,
    )


def _counted(
    activity: PlannedActivity, day: dt.date, pace: float, growth: float, chance: random.Random
) -> DemoSession | None:
    held, told, more, less = chance.random(), chance.random(), chance.gauss(1, 0.17), chance.gauss(1, 0.17)
    if held > pace:
        why = CANCELLED[day.day % len(CANCELLED)]
        return DemoSession(day, cancelled=True, cancelled_why=why) if told < 0.6 else None
    volunteers = max(1, round(activity.volunteers * less))
    adults = max(1, round(activity.adults * growth * more)) if activity.adults else 0
    children = max(1, round(activity.children * growth * less)) if activity.children else 0
    asked = activity.activity_type in ASKS_WOMEN_MEN
    return DemoSession(
        held_on=day,
        minutes=activity.minutes,
        volunteers=volunteers,
        volunteer_minutes=volunteers * activity.minutes,
        adults=adults,
        children=children,
        new_faces=min(adults + children, int(told * 3)),
        women=adults - adults // 3 if asked else None,
        men=adults // 3 if asked else None,
    )
