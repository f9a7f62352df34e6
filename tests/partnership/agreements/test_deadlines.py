"""What an agreement is reminded of, against somebody who keeps a slip of paper for each mail and looks every day that there is power."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.partnership.agreements.deadlines import NEVER, Deadline, Reminder, near, next_reminder, reminders
from service.partnership.agreements.rules import AgreementState
from service.partnership.agreements.validity import Course, Successor, last_notice_day

A_DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2027, 12, 31)
TERM = Course(AgreementState.CONCLUDED, FIRST, LAST, LAST, 3)
NOTICE_BY = dt.date(2027, 8, 31)


def told(course: Course, days: list[dt.date]) -> list[tuple[dt.date, Reminder]]:
    """What is told, and when, by a service that runs on those days."""
    found, since = [], None
    for day in days:
        if since is None or since <= day:
            found += [(day, one) for one in reminders(course, since, day)]
            since = next_reminder(course, day)
    return found


def every_day(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + number * A_DAY for number in range((last - first).days + 1)]


def test_each_deadline_is_told_of_three_times() -> None:
    assert told(TERM, every_day(FIRST, LAST + 40 * A_DAY)) == [
        (day - before * A_DAY, Reminder(deadline, day, before))
        for deadline, day in ((Deadline.NOTICE, NOTICE_BY), (Deadline.TERM, LAST))
        for before in (90, 60, 30)
    ]


def test_who_looks_late_is_told_the_newest_alone() -> None:
    late = LAST - 40 * A_DAY
    assert told(TERM, every_day(late, LAST)) == [
        (late, Reminder(Deadline.TERM, LAST, 60)),
        (LAST - 30 * A_DAY, Reminder(Deadline.TERM, LAST, 30)),
    ]
    assert told(TERM, every_day(LAST + A_DAY, LAST + 90 * A_DAY)) == []


@pytest.mark.parametrize(
    "course",
    [
        replace(TERM, state=AgreementState.TERMINATED),
        replace(TERM, state=AgreementState.OFFERED),
        replace(TERM, successor=Successor("0580-2027-0004", LAST + A_DAY)),
    ],
)
def test_nobody_is_reminded_of_what_has_been_seen_to(course: Course) -> None:
    assert told(course, every_day(FIRST, LAST)) == []
    assert near(course, LAST) == {}
    assert next_reminder(course, FIRST) == NEVER


def test_a_deadline_is_near_from_the_first_reminder_to_the_day_itself() -> None:
    for deadline, day in ((Deadline.TERM, LAST), (Deadline.NOTICE, NOTICE_BY)):
        assert [one for one in every_day(FIRST, LAST) if near(TERM, one).get(deadline) == day] == every_day(
            day - 90 * A_DAY, day
        )


@given(
    st.integers(0, 400),
    st.integers(1, 6),
    st.integers(-30, 90),
    st.lists(st.integers(1, 70), max_size=30),
)
def test_slips_of_paper_say_the_same(length: int, months: int, begins: int, pauses: list[int]) -> None:
    """The oracle: a slip for each mail that there is to be. On a day with power all slips whose day has come are taken up; of each
    deadline the one with the fewest days is sent, if the deadline has not passed, and all of them are torn.
    """
    last = FIRST + length * A_DAY
    course = replace(TERM, term_ends_on=last, ends_on=last, notice_months=months)
    slips = {
        (deadline, day, before)
        for deadline, day in ((Deadline.TERM, last), (Deadline.NOTICE, last_notice_day(last, months)))
        for before in (90, 60, 30)
        if day - before * A_DAY >= FIRST
    }
    days, day = [], FIRST + begins * A_DAY
    for pause in (*pauses, 1):
        days.append(day)
        day += pause * A_DAY
    sent = []
    for day in days:
        taken = {slip for slip in slips if slip[1] - slip[2] * A_DAY <= day}
        slips -= taken
        for deadline in Deadline:
            mails = [slip for slip in taken if slip[0] is deadline and day <= slip[1]]
            if mails:
                sent.append((day, Reminder(*min(mails, key=lambda slip: slip[2]))))
    assert told(course, days) == sent
