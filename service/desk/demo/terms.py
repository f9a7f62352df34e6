"""How an agreement of the plan becomes terms: amounts, instalments, targets, and when what was owed was done. Plain values in and out."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence

from stdnum import ean

from service.desk.demo.plan import PlannedActivity, PlannedAgreement, PlannedEarmark, first_day, last_day
from service.partnership.catalogue.rules import BoundarySide, CatalogueType, MeetsChildren
from service.partnership.catalogue.texts import DRC_DUTIES_DA, MUNICIPALITY_DUTIES_DA
from tenants.calendar import first_of, month_after
from tenants.scope import PRESETS, AgreedActivity, Contact, Every, Instalment, Payment, Scope, Target, YearAmount
from tenants.terms import Earmark

UNDONE = 0.2  # how much of what either side owed is late
SESSIONS_A_YEAR = {Every.WEEK: 45, Every.FORTNIGHT: 22, Every.MONTH: 12, Every.QUARTER: 4, Every.YEAR: 1}
DUE = {
    1: ((3, 1),),
    2: ((2, 1), (8, 1)),
    4: ((1, 15), (4, 15), (7, 15), (10, 15)),
}  # (month, day), by instalments a year


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
    earmarks: Sequence[PlannedEarmark] = (),
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
            earmarks=tuple(Earmark(each.purpose, each.kroner * 100) for each in earmarks),
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
