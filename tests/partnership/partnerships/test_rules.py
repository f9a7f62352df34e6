"""What makes a scope fit to be agreed: a fit one, and each thing that can be wrong with it, by the field where it is mended."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from service.partnership.catalogue.files import kinds, measures
from service.partnership.partnerships.rules import OpenedByScope, opened, problems
from tenants.scope import (
    PRESETS,
    AgreedActivity,
    Capability,
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

START, END = dt.date(2026, 3, 1), dt.date(2027, 12, 31)
DAY = dt.timedelta(days=1)
SOMEONE = Contact("A", "B", "C", "D")
KINDS, MEASURES = kinds(), measures()
COURSE = AgreedActivity("cycling_course", "Huset", Frequency(1, Every.WEEK), START, END)
PAID = Payment(
    LegalBasis.OTHER_GRANT,
    (YearAmount(2026, 500), YearAmount(2027, 700)),
    (Instalment(START, 200), Instalment(dt.date(2026, 12, 31), 300), Instalment(dt.date(2027, 1, 1), 700)),
    gln="5790000000005",
)
FIT = Scope(
    Level.TARGETED,
    START,
    END,
    SOMEONE,
    SOMEONE,
    activities=(COURSE, replace(COURSE, activity_type="homework_help")),
    targets=(
        Target("attendances", 100, 2026, "cycling_course"),
        Target("volunteer_hours", 100, 2027),
    ),
    payment=PAID,
    municipality_duties=(Duty("at stille et lokale", START), Duty("at stille et lokale", END)),
    drc_duties=(Duty("at stille et lokale", START),),
    evaluation_on=END,
    kle_number="27.03.00",
)


def wrong(**changes: Any) -> dict[str, int]:
    """How many things are wrong, by field."""
    found = problems(replace(FIT, **changes), KINDS, MEASURES)
    assert all(each.endswith(".") for told in found.values() for each in told), "each in a sentence"
    return {name: len(told) for name, told in found.items()}


def activity(**changes: Any) -> dict[str, int]:
    """The same where the second activity is another."""
    return wrong(activities=(COURSE, replace(FIT.activities[1], **changes)), targets=())


def paid(**changes: Any) -> dict[str, int]:
    return wrong(payment=replace(PAID, **changes))


def test_nothing_is_wrong_with_a_fit_scope_nor_at_its_edges() -> None:
    assert not wrong()
    assert not wrong(evaluation_on=START)
    assert not wrong(evaluation_on=None, kle_number="", targets=())
    one_day = replace(COURSE, ends_on=START)
    assert not wrong(ends_on=START, activities=(one_day,), evaluation_on=START, **BARE)
    assert not activity(starts_on=END, ends_on=END)
    assert not activity(activity_type="companion", distinction=KINDS["companion"].distinction)


BARE: dict[str, Any] = {"targets": (), "payment": Payment(), "municipality_duties": (), "drc_duties": ()}


def test_a_term_has_a_first_and_a_last_day_and_ten_years_at_the_most() -> None:
    assert wrong(ends_on=START - DAY) == {"ends_on": 1}, "then nothing else is looked at"
    ten_years = START + dt.timedelta(days=3660)
    assert not wrong(ends_on=ten_years)
    assert wrong(ends_on=ten_years + DAY) == {"ends_on": 1}
    mid_month = dt.date(2026, 3, 20)
    late = replace(COURSE, starts_on=mid_month)
    assert not wrong(starts_on=mid_month, ends_on=ten_years, activities=(late,), evaluation_on=END, **BARE)
    assert wrong(starts_on=mid_month, ends_on=ten_years + DAY, activities=(late,), evaluation_on=END, **BARE)


@pytest.mark.parametrize("day", [START - DAY, END + DAY])
def test_the_evaluation_and_what_is_due_lie_within_the_term(day: dt.date) -> None:
    assert wrong(evaluation_on=day) == {"evaluation_on": 1}
    duties = (Duty("x", START), Duty("y", day))
    assert wrong(municipality_duties=duties) == {"municipality_duties-1-due_on": 1}
    assert wrong(drc_duties=duties) == {"drc_duties-1-due_on": 1}


@pytest.mark.parametrize("number", ["27.03", "27.03.0", "27-03-00", "27.03.00 ", "x27.03.00", "²7.03.00"])
def test_a_kle_number_has_its_form(number: str) -> None:
    assert wrong(kle_number=number) == {"kle_number": 1}


def test_something_is_agreed() -> None:
    assert wrong(activities=(), targets=()) == {"activities-0-activity_type": 1}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"activity_type": "knitting_for_nobody"}, "activity_type"),
        ({"activity_type": "housing_placement"}, "activity_type"),  # a public duty
        ({"activity_type": "companion"}, "distinction"),  # near one, and nothing is written
        ({"starts_on": START - DAY}, "ends_on"),
        ({"ends_on": END + DAY}, "ends_on"),
        ({"starts_on": START + DAY, "ends_on": START}, "ends_on"),
        ({"activity_type": "cycling_course", "place": "HUSET"}, "place"),
    ],
)
def test_an_activity_is_of_the_catalogue_on_the_right_side_and_within_the_term(
    changes: dict[str, Any], field: str
) -> None:
    assert activity(**changes) == {f"activities-1-{field}": 1}


def test_what_is_in_no_catalogue_is_told_of_each_and_hides_nothing_after_it() -> None:
    unknown = replace(COURSE, activity_type="x")
    assert wrong(activities=(unknown, unknown, replace(COURSE, ends_on=END + DAY)), targets=()) == {
        "activities-0-activity_type": 1,
        "activities-1-activity_type": 1,
        "activities-2-ends_on": 1,
    }


def test_an_activity_may_stand_twice_with_two_places_and_two_with_one() -> None:
    assert not activity(activity_type="cycling_course", place="Salen")
    assert not activity(activity_type="homework_help", place="Huset")


@pytest.mark.parametrize(
    ("target", "fields"),
    [
        (Target("smiles", 1, 2026), ["measure"]),
        (Target("smiles", 1, 2026, "cycling_course"), ["measure"]),
        (Target("volunteer_hours", 1, 2026, "cycling_course"), ["activity_type"]),  # counted for all together
        (Target("attendances", 1, 2026, "mentor"), ["activity_type"]),
        (Target("attendances", 1, 2025), ["year"]),
        (Target("attendances", 1, 2028), ["year"]),
    ],
)
def test_a_target_is_of_a_measure_a_year_and_an_activity_that_are_agreed(target: Target, fields: list[str]) -> None:
    assert wrong(targets=(FIT.targets[0], target)) == {f"targets-1-{field}": 1 for field in fields}


def test_a_duty_stands_once_on_each_side() -> None:
    duty = Duty("at svare")
    assert wrong(municipality_duties=(duty, duty)) == {"municipality_duties-1-text": 1}
    assert wrong(drc_duties=(duty, duty)) == {"drc_duties-1-text": 1}


def test_without_payment_there_are_no_amounts_and_with_it_they_may_be_open() -> None:
    assert not wrong(payment=Payment())
    bare = Payment(LegalBasis.NONE)
    assert wrong(payment=replace(bare, amounts=(YearAmount(1999, 1),))) == {"legal_basis": 1}
    assert wrong(payment=replace(bare, instalments=PAID.instalments)) == {"legal_basis": 1}
    assert not wrong(payment=Payment(LegalBasis.OTHER_GRANT)), "settled later, which the clause has words for"
    assert not wrong(payment=replace(PAID, instalments=())), "paid at once, a year at a time"


@pytest.mark.parametrize("gln", ["5790000000006", "579000000000", "57900000", "96385074", "x"])
def test_an_ean_number_has_thirteen_digits_that_fit(gln: str) -> None:
    """96385074 is a good number of eight digits: none of a department."""
    assert paid(gln=gln) == {"gln": 1}
    assert wrong(payment=Payment(gln=gln)) == {"gln": 1}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"amounts": (YearAmount(2026, 501), YearAmount(2027, 700))}, {"amounts-0-ore": 1}),
        ({"amounts": (YearAmount(2026, 500), YearAmount(2027, 699))}, {"amounts-1-ore": 1}),
        ({"amounts": (YearAmount(2026, 500),)}, {"instalments-2-due_on": 1}),
        (
            {"amounts": (*PAID.amounts, YearAmount(2027, 700))},
            {"amounts-1-year": 1, "amounts-2-year": 1},
        ),
        (
            {
                "amounts": (*PAID.amounts, YearAmount(2025, 1), YearAmount(2028, 2)),
                "instalments": (
                    *PAID.instalments,
                    Instalment(dt.date(2025, 5, 5), 1),
                    Instalment(dt.date(2028, 5, 5), 2),
                ),
            },
            {"amounts-2-year": 1, "amounts-3-year": 1},
        ),
    ],
)
def test_the_instalments_of_each_year_of_the_term_are_its_amount(
    changes: dict[str, Any], expected: dict[str, int]
) -> None:
    assert paid(**changes) == expected


def test_what_a_scope_opens_is_told_against_the_preset_of_its_level() -> None:
    preset = PRESETS[Level.COORDINATED]
    extra = next(each for each in Capability if each not in preset)
    one, *rest = [each for each in Capability if each in preset]
    assert opened(replace(FIT, level=Level.COORDINATED, capabilities=preset)) == OpenedByScope((one, *rest), (), ())
    found = opened(replace(FIT, level=Level.COORDINATED, capabilities=frozenset({extra, *rest})))
    assert set(found.capabilities) == {extra, *rest}
    assert list(found.capabilities) == [each for each in Capability if each in found.capabilities], "in their order"
    assert (found.added, found.left_out) == ((extra,), (one,))
