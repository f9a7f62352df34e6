"""A scope of the term that follows."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from service.partnership.agreements.texts import SCOPE_PARTS
from service.partnership.partnerships.following import divided
from service.partnership.partnerships.renewal import NextTerm, against, renewed
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
    Target,
    YearAmount,
)
from tenants.terms import Earmark

A_DAY = dt.timedelta(days=1)
SOMEBODY = Contact("En", "To", "12 34 56 78", "en@kommune.example")
TWO_YEARS = Scope(
    level=Level.INTEGRATED,
    starts_on=dt.date(2025, 1, 1),
    ends_on=dt.date(2026, 12, 31),
    municipality_contact=SOMEBODY,
    drc_contact=SOMEBODY,
    activities=(
        AgreedActivity("language_cafe", "Huset", Frequency(1, Every.WEEK), dt.date(2025, 2, 28), dt.date(2026, 12, 31)),
    ),
    targets=(Target("sessions", 40, 2025), Target("sessions", 44, 2026)),
    payment=Payment(
        LegalBasis.SECTION_18,
        (YearAmount(2025, 100_00), YearAmount(2026, 110_00)),
        (Instalment(dt.date(2025, 3, 31), 100_00), Instalment(dt.date(2026, 3, 31), 110_00)),
        earmarks=(Earmark("dokumentation", 10_00), Earmark("evaluering", 5_00, 2026)),
    ),
    municipality_duties=(Duty("at stille lokaler til rådighed"), Duty("at indkalde", dt.date(2025, 3, 1), Every.YEAR)),
    evaluation_on=dt.date(2026, 9, 1),
)


def test_every_date_and_year_is_moved_and_nothing_else() -> None:
    after = renewed(TWO_YEARS, dt.date(2027, 1, 1))
    assert (after.starts_on, after.ends_on) == (dt.date(2027, 1, 1), dt.date(2028, 12, 31))
    (activity,) = after.activities
    assert (activity.starts_on, activity.ends_on) == (dt.date(2027, 2, 28), dt.date(2028, 12, 31))
    assert [target.year for target in after.targets] == [2027, 2028]
    assert [amount.year for amount in after.payment.amounts] == [2027, 2028]
    assert [each.due_on for each in after.payment.instalments] == [dt.date(2027, 3, 31), dt.date(2028, 3, 31)]
    assert [each.year for each in after.payment.earmarks] == [None, 2028]
    assert [duty.due_on for duty in after.municipality_duties] == [None, dt.date(2027, 3, 1)]
    assert after.evaluation_on == dt.date(2028, 9, 1)
    back = renewed(after, TWO_YEARS.starts_on)
    assert back == TWO_YEARS, "and moved back it is what it was: nothing was lost on the way"


def test_equal_instalments_are_divided_anew_where_the_term_begins_in_another_month() -> None:
    """København 2011 to 2014: moved as days, they would lie in other years than the amounts that they are parts of."""
    first, last = dt.date(2011, 5, 1), dt.date(2014, 12, 31)
    amounts = (YearAmount(2011, 990_000_00), *(YearAmount(year, 1_400_000_00) for year in (2012, 2013, 2014)))
    paid = Payment(LegalBasis.OTHER_GRANT, amounts, divided(amounts, first, last, 2))
    after = renewed(replace(TWO_YEARS, starts_on=first, ends_on=last, payment=paid), dt.date(2015, 1, 1))
    assert after.ends_on == dt.date(2018, 8, 31)
    of_year = Counter[int]()
    for each in after.payment.instalments:
        of_year[each.due_on.year] += each.ore
    assert of_year == {each.year: each.ore for each in after.payment.amounts}


def test_the_last_of_a_month_stays_the_last() -> None:
    half = replace(TWO_YEARS, starts_on=dt.date(2027, 9, 1), ends_on=dt.date(2028, 2, 29), evaluation_on=None)
    after = renewed(half, dt.date(2028, 3, 1))
    assert after.ends_on == dt.date(2028, 8, 31)


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(0, 2000), st.integers(-900, 900))
def test_a_term_that_begins_on_another_day_of_the_month_is_as_many_days(starts_on: dt.date, days: int, by: int) -> None:
    scope = replace(TWO_YEARS, starts_on=starts_on, ends_on=starts_on + days * A_DAY)
    after = renewed(scope, starts_on + by * A_DAY)
    assert after.starts_on == starts_on + by * A_DAY
    if after.starts_on.day != starts_on.day:
        assert after.ends_on - after.starts_on == days * A_DAY
    else:
        assert abs((after.ends_on - after.starts_on).days - days) <= 6, (
            "by months, which are not equally long, at either end"
        )
    assert after.ends_on >= after.starts_on


def test_what_only_moved_and_what_was_changed_are_told_apart() -> None:
    after = renewed(TWO_YEARS, dt.date(2027, 1, 1))
    dated = {"starts_on", "ends_on", "activities", "targets", "payment", "municipality_duties", "evaluation_on"}
    assert against(TWO_YEARS, after) == NextTerm(frozenset(dated), frozenset())
    more = replace(after, targets=(*after.targets, Target("sessions", 50, 2028)), purpose="Et andet")
    assert against(TWO_YEARS, more) == NextTerm(frozenset(dated - {"targets"}), frozenset({"targets", "purpose"}))
    longer = replace(after, ends_on=after.ends_on + A_DAY, evaluation_on=TWO_YEARS.evaluation_on)
    found = against(TWO_YEARS, longer)
    assert "ends_on" in found.changed
    assert "evaluation_on" not in found.moved | found.changed, "left where it was, it is as before"


def test_every_part_of_a_scope_has_a_name() -> None:
    assert set(SCOPE_PARTS) == {field.name for field in fields(Scope)}
