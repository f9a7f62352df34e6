"""Days and months as Denmark counts them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.calendar import bounds, day_of, first_of, month_after, month_before, month_name, months_back, parse_month

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1))
MOMENTS = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2090, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001


@given(DAYS)
def test_months_follow_each_other_without_a_gap(day: dt.date) -> None:
    month = first_of(day)
    assert bounds(month)[1] == bounds(month_after(month))[0]
    assert month_before(month_after(month)) == month
    assert month_after(month_after(month, -7), 7) == month
    assert months_back(month, 13) == tuple(month_after(month, n) for n in range(-12, 1))


@given(MOMENTS)
def test_every_moment_lies_in_the_month_of_its_danish_day(moment: dt.datetime) -> None:
    first, after = bounds(first_of(day_of(moment)))
    assert first <= moment < after
    assert first.tzinfo is dt.UTC


@given(DAYS)
def test_a_months_name_is_read_back(day: dt.date) -> None:
    assert parse_month(month_name(first_of(day))) == first_of(day)


@pytest.mark.parametrize(
    "text", ["", "2026-1", "2026-13", "2026-00", "2026-10-01", "26-10", "２０２６-10", "2026/10", " 2026-1"]
)
def test_anything_else_is_no_month(text: str) -> None:
    with pytest.raises(ValueError):
        parse_month(text)


def test_control_subtracting_local_times_is_wrong_by_an_hour() -> None:
    zone = ZoneInfo("Europe/Copenhagen")
    local = dt.datetime(2026, 11, 1, tzinfo=zone) - dt.datetime(2026, 10, 1, tzinfo=zone)
    first, after = bounds(dt.date(2026, 10, 1))
    assert local == dt.timedelta(hours=744) != after - first == dt.timedelta(hours=745)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (dt.datetime(2026, 12, 31, 22, 59, 59, tzinfo=dt.UTC), dt.date(2026, 12, 31)),
        (dt.datetime(2026, 12, 31, 23, 0, tzinfo=dt.UTC), dt.date(2027, 1, 1)),
        (dt.datetime(2026, 6, 30, 22, 0, tzinfo=dt.UTC), dt.date(2026, 7, 1)),
        (dt.datetime(2026, 3, 28, 23, 30, tzinfo=dt.UTC), dt.date(2026, 3, 29)),
        (dt.datetime(2026, 10, 25, 22, 30, tzinfo=dt.UTC), dt.date(2026, 10, 25)),
        (dt.datetime(2026, 7, 1, 3, 0, tzinfo=ZoneInfo("Asia/Tokyo")), dt.date(2026, 6, 30)),
    ],
)
def test_the_danish_day_of_a_moment(moment: dt.datetime, day: dt.date) -> None:
    assert day_of(moment) == day
