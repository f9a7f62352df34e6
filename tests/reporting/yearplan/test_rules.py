"""What a year's plan is put together from: the agreements in force in it, and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from service.partnership.agreements.running import RunningAgreement
from service.partnership.agreements.settling import Settlement
from service.partnership.agreements.validity import End, Successor, Validity, ValidityStage
from service.partnership.duties.rules import DutySide, DutyStanding
from service.reporting.yearplan.rules import AgreedYear, ClosedDays, Mark, PlanEntry, entries, in_a_row, plan, standing
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
from tests.support.terms import running

SOMEONE = Contact("A", "B", "C", "D")
START, END = dt.date(2025, 7, 1), dt.date(2027, 6, 30)


def scope(starts: dt.date = START, ends: dt.date = END, **changes: object) -> Scope:
    values: dict[str, object] = {"meetings_per_year": 0} | changes
    return Scope(Level.INTEGRATED, starts, ends, SOMEONE, SOMEONE, **values)  # type: ignore[arg-type]


def part(
    wanted: Scope, after: dt.date | None = None, settlement: Settlement = Settlement.FALLS_AWAY
) -> RunningAgreement:
    return running(wanted, after - dt.timedelta(days=1) if after else None, settlement)


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
    assert entries([part(wanted)], 2026)[0] == PlanEntry(dt.date(2026, 2, 1), Mark.INSTALMENT, ore=100)
    plain = entries([part(scope())], 2026)
    assert days(plain) == [("status", "28.02")], "without a grant nobody owes an account of one"


def test_a_duty_says_whose_it_is_and_those_of_a_day_stand_by_side_and_words() -> None:
    day = dt.date(2026, 5, 1)
    ours, theirs = ((Duty("a", day), Duty(f"{word} b", day)) for word in ("m", "z"))
    found = entries([part(scope(municipality_duties=ours, drc_duties=theirs))], 2026)
    assert [each for each in found if each.mark is Mark.DUTY] == [
        PlanEntry(day, Mark.DUTY, DutySide.DRC, "written", "a"),
        PlanEntry(day, Mark.DUTY, DutySide.DRC, "written", "z b"),
        PlanEntry(day, Mark.DUTY, DutySide.MUNICIPALITY, "written", "a"),
        PlanEntry(day, Mark.DUTY, DutySide.MUNICIPALITY, "written", "m b"),
    ]


def test_begin_and_end_stand_in_their_years_alone() -> None:
    assert days(entries([part(scope())], 2025)) == [("begins", "01.07")]
    assert days(entries([part(scope())], 2027)) == [("status", "28.02"), ("ends", "30.06")]
    assert days(entries([part(scope())], 2028)) == [("status", "28.02")], "of the year in which it ended"
    assert days(entries([], 2028, [part(scope())])) == [("status", "28.02")], "with nothing in force any more, too"
    assert entries([part(scope())], 2029) == []


def test_an_agreement_that_another_takes_over_from_does_not_end() -> None:
    first, second = scope(ends=dt.date(2026, 12, 31)), scope(dt.date(2026, 5, 1))
    over = part(first, dt.date(2026, 5, 1))
    assert days(entries([over, part(second)], 2026)) == [("status", "28.02"), ("begins", "01.05")]
    gap = part(scope(dt.date(2026, 9, 1)))
    assert ("ends", "30.04") in days(entries([over, gap], 2026)), "the control: a gap between them is told"
    middle = part(scope(dt.date(2026, 5, 1)), dt.date(2026, 9, 1))
    assert "ends" not in dict(days(entries([over, middle, gap], 2026)))


def test_an_agreement_that_an_addendum_changes_does_not_begin_anew() -> None:
    begun, by = dt.date(2026, 5, 1), Successor("0580-2026-0006", dt.date(2026, 5, 1), is_addendum=True)
    changed = Validity(
        ValidityStage.IN_FORCE, START, begun - dt.timedelta(days=1), End.FOLLOWED, None, by, archived=False
    )
    over = replace(part(scope(), begun), validity=changed)
    assert days(entries([over, part(scope(begun))], 2026)) == [("status", "28.02")]


def test_what_is_due_after_an_early_end_has_fallen_away() -> None:
    wanted = scope(
        municipality_duties=(Duty("at holde en aften", every=Every.QUARTER),),
        payment=Payment(LegalBasis.OTHER_GRANT, (YearAmount(2026, 100),), (Instalment(dt.date(2026, 8, 1), 100),)),
    )
    whole = [each.day for each in entries([part(wanted)], 2026) if each.mark is Mark.DUTY]
    assert len(whole) == 4
    july = dt.date(2026, 7, 1)
    ended = entries([part(wanted, july)], 2026)
    assert [each.day for each in ended if each.mark is Mark.DUTY and not each.fallen_away] == whole[:2]
    fallen_away = [each for each in ended if each.fallen_away]
    assert {each.mark for each in fallen_away} == {Mark.DUTY, Mark.INSTALMENT}
    assert {standing(each, {}, START) for each in fallen_away} == {DutyStanding.FALLEN_AWAY}
    next_one = part(scope(dt.date(2026, 9, 1)))
    between = [each.day for each in entries([part(wanted, july), next_one], 2026) if each.fallen_away]
    assert between == [dt.date(2026, 8, 1)], "from then on the next agreement says what is due"
    assert not [each for each in entries([part(wanted, july), part(scope(july))], 2026) if each.fallen_away]


def test_what_is_evened_out_stands_on_the_last_day() -> None:
    wanted = scope(
        payment=Payment(LegalBasis.OTHER_GRANT, (YearAmount(2026, 365),), (Instalment(dt.date(2026, 1, 1), 365),))
    )
    ended = entries([part(wanted, dt.date(2026, 4, 1), Settlement.BY_DAYS)], 2026)
    assert [(each.day, each.ore) for each in ended if each.mark is Mark.EVENED] == [(dt.date(2026, 3, 31), 90 - 365)]


def test_types_months_and_closed_days() -> None:
    twice = tuple(
        AgreedActivity("homework_help", place, Frequency(1, every), START, END)
        for place, every in (("Biblioteket", Every.WEEK), ("Skolen", Every.MONTH))
    )
    weekly = Frequency(1, Every.WEEK)
    gone = AgreedActivity("mentor", "Byen", weekly, START, dt.date(2025, 12, 31))
    first_day = AgreedActivity("job_club", "Byen", weekly, START, dt.date(2026, 1, 1))
    last_day = AgreedActivity("companion", "Byen", weekly, dt.date(2026, 12, 31), END)
    later = AgreedActivity("social_event", "Byen", weekly, dt.date(2027, 1, 1), END)
    january, march = dt.date(2026, 1, 1), dt.date(2026, 3, 1)
    planned = {("homework_help", january): 4, ("homework_help", march): 5, ("job_club", january): 1}
    in_break = dt.date(2026, 2, 10)
    holidays = {january: "Nytårsdag", in_break: "En helligdag"}
    closed = holidays, {dt.date(2026, 2, day): "Vinterferie" for day in (9, 10, 11)}
    wanted = scope(activities=(*twice, gone, first_day, last_day, later))
    found = plan(2026, [part(wanted)], planned, {march: 2}, {"homework_help": 3}, closed)
    monthly = Frequency(1, Every.MONTH)
    assert found.year == 2026
    assert found.agreed == (
        AgreedYear("homework_help", ("Biblioteket", "Skolen"), (weekly, monthly), 9, 3),
        AgreedYear("job_club", ("Byen",), (weekly,), 1, 0),
        AgreedYear("companion", ("Byen",), (weekly,), 0, 0),
    )
    assert [month.planned for month in found.months] == [5, 0, 5] + [0] * 9
    assert [month.planned_after for month in found.months] == [0, 0, 2] + [0] * 9
    assert found.months[0].breaks == (ClosedDays("Nytårsdag", january, january),)
    assert [(b.name, b.first.day, b.last.day) for b in found.months[1].breaks] == [
        ("En helligdag", 10, 10),
        ("Vinterferie", 9, 11),
    ]


def test_each_day_of_the_plan_stands_in_its_month() -> None:
    """Those of the first of a month too, and holidays of the first in no other."""
    due = (dt.date(2026, 2, 1), dt.date(2026, 2, 27), dt.date(2026, 3, 1))
    wanted = scope(payment=Payment(LegalBasis.OTHER_GRANT, instalments=tuple(Instalment(day, 1) for day in due)))
    found = plan(2026, [part(wanted)], {}, {}, {}, [{due[0]: "En helligdag", due[2]: "En til"}])
    assert [month.first.month for month in found.months] == list(range(1, 13))
    by_month = {month.first.month: [each.day for each in month.entries] for month in found.months if month.entries}
    assert by_month == {2: [due[0], due[1], dt.date(2026, 2, 28)], 3: [due[2]]}
    closed = {month.first.month: [each.name for each in month.breaks] for month in found.months if month.breaks}
    assert closed == {2: ["En helligdag"], 3: ["En til"]}


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
    assert standing(PlanEntry(past.day, Mark.DUTY), known, today) is None, "nobody's"
    due_today = PlanEntry(today, Mark.DUTY, DutySide.DRC, "written", "at gøre")
    assert standing(due_today, {}, today) is DutyStanding.AHEAD
