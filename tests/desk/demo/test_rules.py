"""How the plan becomes terms, amounts, targets, days and counts, by example. That the plan itself is sound is in `test_plan.py`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from service.desk.demo import attendance, plan, terms
from service.desk.demo.attendance import DemoSession
from service.desk.demo.plan import PlannedActivity, PlannedAgreement, PlannedGroup, Stage
from service.partnership.catalogue.files import kinds
from service.partnership.catalogue.texts import DRC_DUTIES_DA, MUNICIPALITY_DUTIES_DA
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

MONTH, TODAY = dt.date(2026, 11, 1), dt.date(2026, 11, 23)
HOMEWORK = PlannedActivity(
    agreements=("0580",),
    activity_type="homework_help",
    name="Lektiehjælp",
    place="Biblioteket",
    frequency=Frequency(1, Every.WEEK),
    days=(1,),
    adults=0,
    children=12,
    volunteers=4,
    minutes=90,
    group="g",
    agreed=True,
)
CAFE = replace(HOMEWORK, activity_type="language_cafe", name="Café", adults=20, children=3, minutes=120, days=(2,))
MENTOR = replace(
    HOMEWORK, activity_type="mentor", adults=8, children=0, frequency=Frequency(1, Every.FORTNIGHT), days=(3,)
)
AGREEMENT = PlannedAgreement(
    key="0580-x",
    level=Level.COORDINATED,
    stage=Stage.CONCLUDED,
    begins="-4",
    ends="dec+1",
    legal_basis=LegalBasis.OTHER_GRANT,
    kroner="120000",
    instalments=2,
    gln="0580",
    reference_person="Nogen",
    department="Integration",
    purpose="At mødes",
    target_groups=("Alle",),
    premises=("Salen",),
    support="Et kursus",
    targets=("attendances:homework_help",),
    meetings=3,
    notice=6,
    evaluation=2,
    case_number="{year}-1/{yy}",
    kle_number="27.03.00",
    added=frozenset({Capability.ALL_GROUPS}),
    left_out=frozenset({Capability.CALENDAR}),
    pace=0.9,
)
HERE, DRC = (Contact(name, "B", "C", "D") for name in ("here", "drc"))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("+0", dt.date(2026, 11, 1), dt.date(2026, 11, 30)),
        ("-22", dt.date(2025, 1, 1), dt.date(2025, 1, 31)),
        ("+2", dt.date(2027, 1, 1), dt.date(2027, 1, 31)),
        ("2011-05-03", dt.date(2011, 5, 3), dt.date(2011, 5, 3)),
    ],
)
def test_days_are_named_from_the_month_or_as_they_are(text: str, first: dt.date, last: dt.date) -> None:
    assert (plan.first_day(text, MONTH), plan.last_day(text, MONTH)) == (first, last)
    assert plan.last_day("dec+1", MONTH) == dt.date(2027, 12, 31)


def test_an_invented_gln_has_thirteen_digits_of_nobodys_numbers() -> None:
    assert terms.gln("0580") == "2000000005805"


def test_a_group_has_a_cooperation_agreement_for_some_days_until_further_notice_or_none() -> None:
    group = PlannedGroup("g", "G", "", "-1", (), cooperation="30")
    assert (group.has_cooperation, group.cooperation_ends(TODAY)) == (True, TODAY + dt.timedelta(days=30))
    ever, never = (replace(group, cooperation=text) for text in ("", "none"))
    assert (ever.has_cooperation, ever.cooperation_ends(TODAY), never.has_cooperation) == (True, None, False)
    assert AGREEMENT.code == "0580"


def test_a_years_amount_is_by_its_months_in_force_in_whole_thousands() -> None:
    july, end = dt.date(2026, 7, 1), dt.date(2028, 2, 29)
    assert [terms.months_in_force(year, july, end) for year in (2026, 2027, 2028)] == [6, 12, 2]
    assert terms.amounts("100000", july, end) == (
        YearAmount(2026, 5_000_000),
        YearAmount(2027, 10_000_000),
        YearAmount(2028, 1_600_000),
    )
    assert terms.amounts("2026:1 2027:2", july, end) == (YearAmount(2026, 100), YearAmount(2027, 200))
    assert terms.amounts("", july, end) == ()


def test_instalments_are_due_on_the_usual_days_within_the_term_and_the_last_takes_the_rest() -> None:
    whole = dt.date(2026, 1, 1), dt.date(2026, 12, 31)

    def due(ore: int, parts: int, first: dt.date, last: dt.date) -> list[tuple[str, int]]:
        return [(f"{i.due_on:%d.%m}", i.ore) for i in terms.instalments(YearAmount(2026, ore), parts, first, last)]

    assert due(100_000, 1, *whole) == [("01.03", 100_000)]
    assert due(100_150, 2, *whole) == [("01.02", 50_000), ("01.08", 50_150)]
    quarters = [("15.01", 2500), ("15.04", 2500), ("15.07", 2500), ("15.10", 2500)]
    assert due(10_000, 4, *whole) == quarters
    assert due(10_000, 4, dt.date(2026, 4, 15), dt.date(2026, 7, 15)) == [("15.04", 5000), ("15.07", 5000)]
    assert due(10_000, 2, dt.date(2026, 9, 1), whole[1]) == [("15.09", 10_000)]
    assert due(10_000, 2, dt.date(2025, 1, 1), dt.date(2026, 1, 10)) == [("10.01", 10_000)]


def test_targets_are_near_what_ordinary_days_reach_and_only_of_years_that_are_half_in_force() -> None:
    wanted = ("sessions", "attendances", "attendances:homework_help", "volunteer_attendances", "volunteer_hours")
    first, last = dt.date(2026, 7, 1), dt.date(2028, 5, 31)
    found = terms.targets(wanted, [HOMEWORK, CAFE, MENTOR], first, last)
    assert [each for each in found if each.year == 2027] == [
        Target("sessions", 110, 2027),
        Target("attendances", 1700, 2027),
        Target("attendances", 520, 2027, "homework_help"),
        Target("volunteer_attendances", 430, 2027),
        Target("volunteer_hours", 740, 2027),
    ]
    assert [each.value for each in found if each.year == 2026] == [54, 850, 260, 220, 370]
    assert {each.year for each in found} == {2026, 2027}
    assert terms.targets(("sessions",), [], first, last)[0].value == 2, "never nothing"
    twice = replace(MENTOR, frequency=Frequency(2, Every.YEAR))
    assert terms.targets(("attendances",), [twice], dt.date(2027, 1, 1), dt.date(2027, 12, 31))[0].value == 16


def test_a_scope_is_all_that_its_plan_says() -> None:
    known = kinds()
    beside = replace(HOMEWORK, agreed=False)
    found = terms.scope_of(AGREEMENT, [HOMEWORK, CAFE, MENTOR, beside], known, MONTH, HERE, DRC)
    first, last = dt.date(2026, 7, 1), dt.date(2027, 12, 31)

    def agreed(of: PlannedActivity, distinction: str | None, children: bool) -> AgreedActivity:
        return AgreedActivity(of.activity_type, of.place, of.frequency, first, last, distinction, children)

    assert found == Scope(
        level=Level.COORDINATED,
        starts_on=first,
        ends_on=last,
        municipality_contact=HERE,
        drc_contact=DRC,
        capabilities=(PRESETS[Level.COORDINATED] | {Capability.ALL_GROUPS}) - {Capability.CALENDAR},
        activities=(
            agreed(HOMEWORK, None, True),
            agreed(CAFE, known["language_cafe"].distinction, True),
            agreed(MENTOR, known["mentor"].distinction, False),
        ),
        targets=(Target("attendances", 260, 2026, "homework_help"), Target("attendances", 520, 2027, "homework_help")),
        payment=Payment(
            LegalBasis.OTHER_GRANT,
            (YearAmount(2026, 6_000_000), YearAmount(2027, 12_000_000)),
            (
                Instalment(dt.date(2026, 8, 1), 6_000_000),
                Instalment(dt.date(2027, 2, 1), 6_000_000),
                Instalment(dt.date(2027, 8, 1), 6_000_000),
            ),
            "2000000005805",
            "Nogen",
        ),
        notice_months=6,
        department="Integration",
        purpose="At mødes",
        target_groups=("Alle",),
        municipality_duties=MUNICIPALITY_DUTIES_DA[Level.COORDINATED],
        drc_duties=DRC_DUTIES_DA[Level.COORDINATED],
        premises=("Salen",),
        support="Et kursus",
        meetings_per_year=3,
        evaluation_on=dt.date(2027, 10, 1),
        case_number="2026-1/26",
        kle_number="27.03.00",
    )
    bare = terms.scope_of(replace(AGREEMENT, evaluation=None, gln=""), [HOMEWORK], known, MONTH, HERE, DRC)
    assert (bare.evaluation_on, bare.payment.gln) == (None, "")
    without_children = terms.scope_of(AGREEMENT, [replace(HOMEWORK, children=0, adults=9)], known, MONTH, HERE, DRC)
    assert without_children.activities[0].children_under_15, "the type says so"


def test_a_duty_is_done_about_its_day_but_for_one_in_five_the_same_each_time() -> None:
    due = dt.date(2026, 11, 10)
    done = {number: terms.done_on("0580", f"duty {number}", due, TODAY) for number in range(200)}
    assert done == {number: terms.done_on("0580", f"duty {number}", due, TODAY) for number in range(200)}
    days = [(day - due).days for day in done.values() if day]
    assert 30 < 200 - len(days) < 50
    assert (min(days), max(days)) == (-20, 9)
    late = [terms.done_on("0580", f"duty {number}", TODAY, TODAY) for number in range(50)]
    assert max(day for day in late if day) == TODAY, "nothing is done before it was"
    month_later = dt.timedelta(days=31)
    again = {number: terms.done_on("0580", f"duty {number}", due, TODAY + month_later) for number in range(200)}
    assert again != done
    assert terms.done_on("0580", "duty 1", due + month_later, TODAY + month_later) == (
        done[1] and done[1] + month_later
    )
    other = {number: terms.done_on("0550", f"duty {number}", due, TODAY) for number in range(200)}
    assert other != done


@pytest.mark.parametrize(
    ("times", "every", "rule"),
    [
        (1, Every.WEEK, "FREQ=WEEKLY;BYDAY=TU"),
        (1, Every.FORTNIGHT, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        (1, Every.MONTH, "FREQ=MONTHLY;BYDAY=2TU"),
        (2, Every.MONTH, "FREQ=MONTHLY;BYDAY=1TU,3TU"),
        (1, Every.QUARTER, "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU"),
        (6, Every.QUARTER, "FREQ=WEEKLY;BYDAY=TU"),
        (40, Every.YEAR, "FREQ=WEEKLY;BYDAY=TU"),
    ],
)
def test_a_frequency_becomes_a_rule(times: int, every: Every, rule: str) -> None:
    assert attendance.rhythm(replace(HOMEWORK, frequency=Frequency(times, every))).rule == rule


@pytest.mark.parametrize(
    ("changes", "starts", "pauses"),
    [
        ({}, dt.time(15), True),
        ({"activity_type": "language_cafe"}, dt.time(19), False),
        ({"activity_type": "job_club"}, dt.time(19), True),
        ({"days": (5,)}, dt.time(13), True),
        ({"days": (4,)}, dt.time(15), True),
        ({"days": (3, 6)}, dt.time(15), True),
    ],
)
def test_an_activity_begins_at_its_usual_time_and_pauses_with_the_schools(
    changes: dict[str, Any], starts: dt.time, pauses: bool
) -> None:
    found = attendance.rhythm(replace(HOMEWORK, **changes))
    assert (found.starts, found.without_breaks) == (starts, pauses)
    assert (found.minutes, found.without_holidays, found.valid_from) == (90, True, attendance.EPOCH)


def test_a_schedule_is_sent_from_its_first_time_on() -> None:
    sent = attendance.schedule_of(replace(HOMEWORK, frequency=Frequency(1, Every.QUARTER)), dt.date(2026, 11, 12))
    assert sent == {
        "rule": "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU",
        "starts": dt.time(15),
        "minutes": 90,
        "without_holidays": True,
        "without_breaks": True,
        "extra": (),
        "left_out": (),
        "valid_from": dt.date(2027, 2, 9),
        "recount": False,
    }


def test_an_activity_is_planned_on_its_days_but_for_holidays_and_breaks() -> None:
    assert [day.day for day in attendance.session_days(HOMEWORK, dt.date(2026, 10, 1))] == [6, 20, 27], (
        "the 13th is a break"
    )
    assert [day.day for day in attendance.session_days(CAFE, dt.date(2026, 7, 1))] == [1, 8, 15, 22, 29]


def sums(found: list[DemoSession]) -> tuple[int, ...]:
    """Participants, volunteers and new faces of some sessions."""
    names = ("adults", "children", "volunteers", "volunteer_minutes", "new_faces")
    return tuple(sum(getattr(each, name) for each in found) for name in names)


def test_the_same_plan_gives_the_same_sessions_which_grow_with_the_months() -> None:
    """These are numbers by chance, from seeds: the demonstration and what is told of it stay as they are."""
    found = attendance.sessions(CAFE, "0580", 0.9, TODAY)
    assert (len(found), sums(found)) == (57, (1053, 159, 222, 222 * 120, 50))
    assert found[0] == DemoSession(
        held_on=dt.date(2025, 10, 1),
        minutes=120,
        volunteers=5,
        volunteer_minutes=600,
        adults=17,
        children=3,
        new_faces=1,
        women=12,
        men=5,
    )
    assert found[-1] == DemoSession(
        held_on=dt.date(2026, 11, 18),
        minutes=120,
        volunteers=3,
        volunteer_minutes=360,
        adults=27,
        children=3,
        new_faces=1,
        women=18,
        men=9,
    )
    assert Counter(each.cancelled_why for each in found) == {"": 53, "weather": 2, "volunteers": 1, "premises": 1}
    later = attendance.sessions(CAFE, "0580", 0.9, dt.date(2026, 11, 18))
    assert later == found[:-1], "to the day before today"


def test_a_municipality_that_holds_few_of_its_sessions_does_not_grow() -> None:
    found = attendance.sessions(CAFE, "0580", 0.5, TODAY)
    assert (len(found), sums(found)) == (50, (488, 74, 110, 110 * 120, 28))
    assert found[0] == DemoSession(held_on=dt.date(2025, 10, 1), cancelled=True, cancelled_why="participants")
    assert Counter(each.cancelled_why for each in found) == {
        "": 26,
        "weather": 8,
        "premises": 7,
        "volunteers": 5,
        "participants": 4,
    }
    lagging, keeping_up = (sums(attendance.sessions(CAFE, "0580", pace, TODAY)) for pace in (0.79, 0.8))
    assert (lagging[0], keeping_up[0]) == (800, 946)


def test_pairs_are_one_more_every_other_month_and_new_the_first_time_in_it() -> None:
    found = attendance.sessions(MENTOR, "0580", 0.9, TODAY)
    pairs = [(each.active_matches, each.new_matches, each.ended_matches, each.waiting) for each in found]
    assert pairs[:7] == [(8, 0, 0, 3)] * 2 + [(8, 0, 0, 4)] * 2 + [(9, 1, 0, 5), (9, 0, 0, 5), (9, 0, 0, 6)]
    assert pairs[-5:] == [(13, 0, 0, 6), (14, 1, 0, 3), (14, 0, 0, 3), (14, 0, 0, 4), (14, 0, 0, 4)]
    weekly = attendance.sessions(replace(MENTOR, frequency=Frequency(1, Every.WEEK)), "0580", 1, TODAY)
    assert all(each.held_on.day <= 7 for each in weekly if each.new_matches)
    assert sum(each.new_matches or 0 for each in weekly) == 4
    cancelled = [each for each in attendance.sessions(MENTOR, "0580", 0.1, TODAY) if each.cancelled]
    assert cancelled
    assert {each.active_matches for each in cancelled} == {None}


def test_whoever_is_planned_comes_and_nobody_else() -> None:
    few = attendance.sessions(replace(HOMEWORK, adults=1, children=1, volunteers=1), "0580", 1, TODAY)
    assert {(each.adults, each.children, each.volunteers) for each in few} == {(1, 1, 1)}
    assert all(each.new_faces <= each.adults + each.children for each in few)
    assert {each.new_faces for each in few} == {0, 1, 2}
    assert {(each.women, each.men) for each in few} == {(None, None)}
    assert {each.adults for each in attendance.sessions(HOMEWORK, "0580", 1, TODAY)} == {0}
    assert {each.children for each in attendance.sessions(MENTOR, "0580", 1, TODAY)} == {0}
