"""Rules of time: the clock on the wall stays, any part is a slice of the whole, and what is closed never comes."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.activity.activities import non_working_days
from service.activity.activities.non_working_days import SchoolBreak, breaks_of
from service.activity.activities.recurrence import NTHS, Occurrence, Rule, Schedule, occurrences, parse
from tenants.calendar import DENMARK

DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2028, 12, 31))
WEEKDAYS = st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True).map(lambda days: tuple(sorted(days)))
RULES = st.one_of(
    st.builds(Rule, every=st.integers(1, 6), days=WEEKDAYS),
    st.builds(
        Rule,
        every=st.integers(1, 6),
        days=WEEKDAYS,
        nths=st.sets(st.sampled_from(NTHS), min_size=1, max_size=2).map(
            lambda nths: tuple(nth for nth in NTHS if nth in nths)
        ),
    ),
    st.builds(Rule, every=st.integers(1, 6), month_day=st.integers(1, 28)),
)
TIMES = st.times(dt.time(6), dt.time(22)).map(lambda time: time.replace(second=0, microsecond=0))


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """A schedule of two years at most."""
    rule, begins = draw(RULES), draw(DAYS)
    near = st.integers(0, 300).map(lambda n: begins + dt.timedelta(days=n))
    return Schedule(
        valid_from=begins,
        valid_to=draw(st.one_of(st.none(), st.integers(0, 700).map(lambda n: begins + dt.timedelta(days=n)))),
        rule=str(rule),
        anchor=rule.begins(begins),
        starts=draw(TIMES),
        minutes=draw(st.integers(30, 240)),
        extra=frozenset(draw(st.sets(near, max_size=3))),
        left_out=frozenset(draw(st.sets(near, max_size=3))),
    )


def moment_of(time: Occurrence) -> dt.datetime:
    """The moment it begins."""
    assert time.starts is not None
    return dt.datetime.combine(time.day, time.starts, DENMARK)


def days(found: list[Occurrence]) -> list[dt.date]:
    return [time.day for time in found]


@given(RULES)
def test_a_rule_says_itself(rule: Rule) -> None:
    assert parse(str(rule)) == rule


@given(RULES, DAYS, st.integers(-400, 400))
def test_counted_from_an_earlier_day_the_later_days_are_the_same(rule: Rule, begins: dt.date, shift: int) -> None:
    anchor, first = rule.begins(begins), begins + dt.timedelta(days=shift)
    earlier = rule.counted_from(anchor, first)
    assert earlier <= max(first, anchor)
    after = anchor + dt.timedelta(days=400)
    assert list(rule.days_between(earlier, anchor, after)) == list(rule.days_between(anchor, anchor, after))
    assert first >= anchor or earlier <= first


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FREQ=DAILY",
        "FREQ=YEARLY;BYDAY=MO",
        "FREQ=SECONDLY;BYDAY=MO",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYDAY=MO;COUNT=1000000",
        "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231",
        "FREQ=WEEKLY;INTERVAL=0;BYDAY=MO",
        "FREQ=WEEKLY;INTERVAL=99;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=MO\nEXDATE:20260101",
        "FREQ=MONTHLY;BYDAY=MO",
        "FREQ=MONTHLY;BYDAY=5MO",
        "FREQ=MONTHLY;BYDAY=1MO,2FR",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=WEEKLY;BYDAY=ＭＯ",
    ],
)
def test_what_no_form_says_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


@given(schedules(), st.integers(0, 900), st.integers(0, 400))
def test_any_part_is_a_slice_of_the_whole(schedule: Schedule, skip: int, length: int) -> None:
    """However far from its beginning one asks: also of every other week and every third month."""
    first = schedule.valid_from + dt.timedelta(days=skip)
    after = first + dt.timedelta(days=length)
    whole = occurrences(schedule, schedule.valid_from, after)
    assert occurrences(schedule, first, after) == [time for time in whole if time.day >= first]


@given(schedules(), st.sets(DAYS, max_size=40))
def test_what_is_closed_or_left_out_never_comes(schedule: Schedule, shut: set[dt.date]) -> None:
    after = schedule.valid_from + dt.timedelta(days=600)
    found = days(occurrences(schedule, schedule.valid_from, after, closed=shut))
    assert found == sorted(set(found))
    assert not set(found) & schedule.left_out
    assert not (set(found) - schedule.extra) & shut
    last = schedule.valid_to or dt.date.max
    assert all(schedule.valid_from <= day <= last for day in found)
    whole = days(occurrences(schedule, schedule.valid_from, after))
    assert set(whole) - set(found) <= shut


@pytest.mark.parametrize("change", [dt.date(2026, 3, 29), dt.date(2026, 10, 25)])
@given(time=st.times(dt.time(3), dt.time(23, 59)), minutes=st.integers(5, 300))
def test_a_time_is_the_clock_on_the_wall_on_both_sides_of_a_change(
    change: dt.date, time: dt.time, minutes: int
) -> None:
    time = time.replace(second=0, microsecond=0)
    schedule = Schedule(change - dt.timedelta(days=60), rule="FREQ=WEEKLY;BYDAY=SA,SU", starts=time, minutes=minutes)
    found = occurrences(schedule, change - dt.timedelta(days=8), change + dt.timedelta(days=8))
    moments = [moment_of(each) for each in found]
    assert len(moments) == 6
    assert {moment.astimezone(DENMARK).time() for moment in moments} == {time}
    assert len({moment.utcoffset() for moment in moments}) == 2, "the clocks do change in between"


def test_the_change_itself_in_hours() -> None:
    """The control of the one above: in moments, the week of the change is an hour shorter or longer."""
    schedule = Schedule(dt.date(2026, 10, 1), rule="FREQ=WEEKLY;BYDAY=SA", starts=dt.time(19))
    before, after = occurrences(schedule, dt.date(2026, 10, 24), dt.date(2026, 11, 1))
    passed = moment_of(after).astimezone(dt.UTC) - moment_of(before).astimezone(dt.UTC)
    assert passed == dt.timedelta(days=7, hours=1)


def test_every_other_week_counts_from_its_first_day() -> None:
    rule = parse("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH")
    assert rule.begins(dt.date(2026, 11, 4)) == dt.date(
        2026, 11, 5
    )  # begun on a Wednesday: the Thursday, not two weeks on
    found = days(
        occurrences(Schedule(dt.date(2026, 11, 4), rule=str(rule)), dt.date(2026, 11, 1), dt.date(2026, 12, 1))
    )
    assert found == [dt.date(2026, 11, 5), dt.date(2026, 11, 17), dt.date(2026, 11, 19)]


def test_another_time_keeps_the_weeks_where_the_anchor_is_kept() -> None:
    anchor = dt.date(2026, 11, 3)
    old = Schedule(anchor, dt.date(2026, 11, 8), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", anchor, dt.time(16))
    new = Schedule(dt.date(2026, 11, 9), None, old.rule, anchor, dt.time(17))
    span = (dt.date(2026, 11, 1), dt.date(2026, 12, 15))
    found = occurrences(old, *span) + occurrences(new, *span)
    assert [(each.day.day, each.starts and each.starts.hour) for each in found] == [(3, 16), (17, 17), (1, 17)]


def test_months() -> None:
    year = (dt.date(2026, 1, 1), dt.date(2027, 1, 1))
    last = Schedule(dt.date(2026, 1, 1), rule="FREQ=MONTHLY;BYDAY=-1FR")
    assert days(occurrences(last, *year))[:3] == [dt.date(2026, 1, 30), dt.date(2026, 2, 27), dt.date(2026, 3, 27)]
    quarter = Schedule(dt.date(2026, 1, 20), rule="FREQ=MONTHLY;INTERVAL=3;BYDAY=2SU")
    assert [day.month for day in days(occurrences(quarter, *year))] == [2, 5, 8, 11]
    single = Schedule(dt.date(2026, 1, 1), extra=frozenset({dt.date(2026, 6, 5), dt.date(2026, 6, 1)}))
    assert days(occurrences(single, *year)) == [dt.date(2026, 6, 1), dt.date(2026, 6, 5)]


def test_the_end_of_a_time_that_runs_past_midnight() -> None:
    assert Occurrence(dt.date(2026, 1, 1), dt.time(23), 90).ends == dt.time(0, 30)
    assert Occurrence(dt.date(2026, 1, 1), dt.time(23)).ends is None


def test_holidays_have_their_names_and_great_prayer_day_is_gone() -> None:
    found = non_working_days.public_holidays(2026)
    assert found[dt.date(2026, 5, 25)] == "Anden pinsedag"
    assert {dt.date(2026, 12, 24), dt.date(2026, 12, 31), dt.date(2027, 1, 1)} - {
        *found,
        *non_working_days.public_holidays(2027),
    } == set()
    assert dt.date(2026, 5, 1) not in found
    assert "Store bededag" in non_working_days.public_holidays(2023).values()
    assert "Store bededag" not in non_working_days.public_holidays(2024).values()


def test_a_municipality_s_own_break_stands_instead_of_the_common_one() -> None:
    common = [
        SchoolBreak("Vinterferie", dt.date(2026, 2, 7), dt.date(2026, 2, 15)),
        SchoolBreak("Vinterferie", dt.date(2027, 2, 13), dt.date(2027, 2, 21)),
        SchoolBreak("Efterårsferie", dt.date(2026, 10, 10), dt.date(2026, 10, 18)),
    ]
    own = SchoolBreak("Vinterferie", dt.date(2026, 2, 14), dt.date(2026, 2, 22), "0101")
    assert breaks_of("0101", [*common, own]) == [own, common[2], common[1]]
    assert breaks_of("0580", [*common, own]) == sorted(common, key=lambda each: each.first)


def test_the_file_of_breaks_is_whole() -> None:
    """Weeks 7 and 42 of each year, in order, no break inside another."""
    found = breaks_of("0580", non_working_days._breaks())
    assert all(each.first <= each.last for each in found)
    assert all(one.last < other.first for one, other in itertools.pairwise(found))
    public, breaks = non_working_days.named("0580", dt.date(2026, 1, 1), dt.date(2027, 1, 1))
    assert {breaks[dt.date.fromisocalendar(2026, week, 3)] for week in (7, 42)} == {"Vinterferie", "Efterårsferie"}
    assert len(public) == 12
