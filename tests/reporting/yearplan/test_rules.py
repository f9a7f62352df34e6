"""What a year's plan is put together from: the agreements in force in it, and nothing else."""

from __future__ import annotations

import datetime as dt

from service.partnership.duties.rules import DutySide, DutyStanding
from service.reporting.statements.rules import ScopePart
from service.reporting.yearplan.rules import Mark, PlanEntry, entries, in_a_row, plan, standing
from tenants.scope import (
    AgreedActivity,
    Contact,
    Duty,
    Every,
    Frequency,
    Instalment,
    LegalBasis,
    Level,
    Payment,
    Scope,
    YearAmount,
)

SOMEONE = Contact("A", "B", "C", "D")
START, END = dt.date(2025, 7, 1), dt.date(2027, 6, 30)


def scope(starts: dt.date = START, ends: dt.date = END, **changes: object) -> Scope:
    values: dict[str, object] = {"meetings_per_year": 0} | changes
    return Scope(Level.INTEGRATED, starts, ends, SOMEONE, SOMEONE, **values)  # type: ignore[arg-type]


def part(wanted: Scope, after: dt.date | None = None) -> ScopePart:
    return ScopePart(wanted, wanted.starts_on, after or wanted.ends_on + dt.timedelta(days=1))


def days(found: list[PlanEntry]) -> list[tuple[str, str]]:
    return [(each.mark.value, f"{each.day:%d.%m}") for each in found]


def test_a_year_in_the_middle_has_what_the_agreement_promises_and_the_law_asks() -> None:
    wanted = scope(
        municipality_duties=(Duty("at holde en aften", every=Every.YEAR),),
        payment=Payment(
            LegalBasis.SECTION_18, (YearAmount(2026, 100),), (Instalment(dt.date(2026, 2, 1), 100),), "5790000000005"
        ),
        evaluation_on=dt.date(2026, 11, 1),
    )
    assert days(entries([part(wanted)], 2026)) == [
        ("instalment", "01.02"),
        ("status", "28.02"),
        ("grant_report", "01.04"),
        ("duty", "30.06"),
        ("duty", "01.11"),
    ]
    plain = entries([part(scope())], 2026)
    assert days(plain) == [("status", "28.02")], "without a grant nobody owes an account of one"


def test_begin_and_end_stand_in_their_years_alone() -> None:
    assert days(entries([part(scope())], 2025)) == [("begins", "01.07")]
    assert days(entries([part(scope())], 2027)) == [("status", "28.02"), ("ends", "30.06")]
    assert entries([part(scope())], 2028) == []


def test_an_agreement_that_another_takes_over_from_does_not_end() -> None:
    first, second = scope(ends=dt.date(2026, 12, 31)), scope(dt.date(2026, 5, 1))
    over = part(first, dt.date(2026, 5, 1))
    assert days(entries([over, part(second)], 2026)) == [("status", "28.02"), ("begins", "01.05")]
    gap = part(scope(dt.date(2026, 9, 1)))
    assert ("ends", "30.04") in days(entries([over, gap], 2026)), "the control: a gap between them is told"


def test_what_is_due_after_an_early_end_is_no_longer_asked_for() -> None:
    wanted = scope(municipality_duties=(Duty("at holde en aften", every=Every.QUARTER),))
    whole = [each.day for each in entries([part(wanted)], 2026) if each.mark is Mark.DUTY]
    assert len(whole) == 4
    ended = entries([part(wanted, dt.date(2026, 7, 1))], 2026)
    assert [each.day for each in ended if each.mark is Mark.DUTY] == whole[:2]


def test_types_months_and_closed_days() -> None:
    twice = tuple(
        AgreedActivity("homework_help", place, Frequency(1, every), START, END)
        for place, every in (("Biblioteket", Every.WEEK), ("Skolen", Every.MONTH))
    )
    gone = AgreedActivity("mentor", "Byen", Frequency(1, Every.WEEK), START, dt.date(2025, 12, 31))
    january, march = dt.date(2026, 1, 1), dt.date(2026, 3, 1)
    planned = {("homework_help", january): 4, ("homework_help", march): 5}
    in_break = dt.date(2026, 2, 10)
    holidays = {january: "Nytårsdag", in_break: "En helligdag"}
    closed = holidays, {dt.date(2026, 2, day): "Vinterferie" for day in (9, 10, 11)}
    found = plan(2026, [part(scope(activities=(*twice, gone)))], planned, {"homework_help": 3}, closed)
    (one,) = found.agreed
    assert (one.places, one.planned, one.held) == (("Biblioteket", "Skolen"), 9, 3)
    assert [month.planned for month in found.months] == [4, 0, 5] + [0] * 9
    assert [(b.name, b.first.day, b.last.day) for b in found.months[1].breaks] == [
        ("En helligdag", 10, 10),
        ("Vinterferie", 9, 11),
    ]


def test_days_that_do_not_follow_each_other_are_two_breaks() -> None:
    days = [
        (dt.date(2026, 4, day), name) for day, name in ((1, "Påske"), (2, "Påske"), (3, "Langfredag"), (6, "Påske"))
    ]
    assert [(b.name, b.first.day, b.last.day) for b in in_a_row(days)] == [
        ("Påske", 1, 2),
        ("Langfredag", 3, 3),
        ("Påske", 6, 6),
    ]


def test_what_a_duty_of_the_plan_is() -> None:
    today = dt.date(2026, 6, 1)
    past, later = (
        PlanEntry(dt.date(2026, month, 1), Mark.DUTY, DutySide.DRC, "written", "at gøre") for month in (5, 7)
    )
    known = {(past.day, "drc", "at gøre"): DutyStanding.DONE}
    assert standing(past, known, today) is DutyStanding.DONE
    assert standing(past, {}, today) is None, "nobody followed it up, so nothing is said of it"
    assert standing(later, {}, today) is DutyStanding.AHEAD
    assert standing(PlanEntry(past.day, Mark.ENDS), known, today) is None
