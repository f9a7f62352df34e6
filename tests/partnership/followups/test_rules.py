"""What is followed up of agreements, how it stands, and what may be told of it. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from service.activity.activities import disclosure
from service.partnership.catalogue.rules import Counted
from service.partnership.followups.rules import (
    Followed,
    FollowedKind,
    K,
    Subject,
    TellingFault,
    Told,
    fault,
    followed,
)
from service.partnership.followups.schemas import subject_of, word_of
from tenants.scope import Contact, LegalBasis, Level, Payment, Scope, Target, YearAmount
from tenants.terms import Earmark

COUNTED = {"people": Counted.TOLD, "sessions": Counted.SESSIONS}
FIRST, LAST = dt.date(2025, 1, 1), dt.date(2028, 12, 31)
SOMEONE = Contact("A", "B", "C", "D")


def agreed(*earmarks: Earmark, targets: tuple[Target, ...] = ()) -> Scope:
    amounts = tuple(YearAmount(year, 100_000_00) for year in (2026, 2027, 2028))
    payment = Payment(LegalBasis.OTHER_GRANT, amounts, earmarks=earmarks)
    return Scope(Level.INTEGRATED, FIRST, LAST, SOMEONE, SOMEONE, payment=payment, targets=targets)


def told_of(one: Scope, last: dt.date, told: dict[Subject, Told] | None = None) -> dict[tuple[int, str], Followed]:
    return {(each.subject.year, each.subject.name): each for each in followed([(one, last)], COUNTED, told or {})}


def test_an_earmark_without_a_year_is_each_years_that_is_paid() -> None:
    one = agreed(Earmark("dokumentation", 40_000_00), Earmark("evaluering", 10_000_00, 2027))
    found = told_of(one, dt.date(2028, 12, 31))
    assert {key: each.agreed for key, each in found.items()} == {
        (2026, "dokumentation"): 40_000_00,
        (2027, "dokumentation"): 40_000_00,
        (2027, "evaluering"): 10_000_00,
        (2028, "dokumentation"): 40_000_00,
    }
    assert all(each.told is None and each.left is None for each in found.values())
    assert {year for year, _name in told_of(one, dt.date(2027, 2, 28))} == {2026, 2027}, "it ended before the last year"


def test_what_is_left_is_what_was_told_last_less_and_may_be_less_than_nothing() -> None:
    one, key = agreed(Earmark("dokumentation", 40_000_00)), Subject(2026, FollowedKind.EARMARK, "dokumentation")
    for used, left in ((12_500_00, 27_500_00), (0, 40_000_00), (41_000_00, -1_000_00)):
        found = told_of(one, one.ends_on, {key: Told(used, FIRST, "regnskab")})
        assert found[2026, "dokumentation"].left == left
        assert found[2027, "dokumentation"].left is None


def test_twice_in_one_agreement_adds_up_and_a_later_agreement_says_it_anew() -> None:
    twice = agreed(Earmark("kurser", 1_00), Earmark("kurser", 2_00, 2027))
    assert told_of(twice, twice.ends_on)[2027, "kurser"].agreed == 3_00
    later = agreed(Earmark("kurser", 9_00, 2027))
    both = followed([(twice, dt.date(2027, 6, 30)), (later, later.ends_on)], COUNTED, {})
    assert {each.subject.year: each.agreed for each in both} == {2026: 1_00, 2027: 9_00}


def test_only_targets_that_nothing_counts_are_told() -> None:
    one = agreed(targets=(Target("people", 80, 2026), Target("sessions", 40, 2026)))
    (found,) = followed([(one, one.ends_on)], COUNTED, {})
    assert found == Followed(Subject(2026, FollowedKind.TARGET, "people"), 80, dt.date(2026, 12, 31))
    (found,) = followed([(one, dt.date(2026, 6, 30))], COUNTED, {})
    assert found.until == dt.date(2026, 6, 30), "where the agreement ends sooner"


EARMARK = Followed(Subject(2026, FollowedKind.EARMARK, "kurser"), 10_00, dt.date(2026, 12, 31))
PEOPLE = Followed(Subject(2026, FollowedKind.TARGET, "people"), 80, dt.date(2026, 12, 31))
ENDED = replace(PEOPLE, until=dt.date(2026, 6, 30))


@pytest.mark.parametrize(
    ("one", "amount", "as_of", "today", "wrong"),
    [
        (EARMARK, 3, "2026-09-30", "2026-10-02", None),
        (EARMARK, 99_00, "2027-02-01", "2027-02-01", None),
        (EARMARK, 1, "2026-10-03", "2026-10-02", TellingFault.TO_COME),
        (EARMARK, 1, "2025-12-31", "2026-10-02", TellingFault.BEFORE),
        (PEOPLE, 64, "2026-12-31", "2027-01-01", None),
        (PEOPLE, 0, "2026-12-31", "2027-01-01", None),
        (PEOPLE, K, "2026-12-31", "2027-01-01", None),
        (PEOPLE, K - 1, "2026-12-31", "2027-01-01", TellingFault.SMALL),
        (PEOPLE, 1, "2026-12-31", "2027-01-01", TellingFault.SMALL),
        (PEOPLE, 64, "2026-12-31", "2026-12-31", TellingFault.TOO_EARLY),
        (PEOPLE, 64, "2026-12-30", "2027-01-01", TellingFault.TOO_EARLY),
        (ENDED, 64, "2026-06-30", "2026-07-01", None),
        (ENDED, 64, "2026-06-30", "2026-06-30", TellingFault.TOO_EARLY),
    ],
)
def test_what_may_be_told_and_when(
    one: Followed, amount: int, as_of: str, today: str, wrong: TellingFault | None
) -> None:
    assert fault(one, amount, dt.date.fromisoformat(as_of), dt.date.fromisoformat(today)) is wrong


def test_people_are_few_where_they_are_few_in_what_is_counted() -> None:
    assert K == disclosure.K
    days = dt.date(2026, 12, 31), dt.date(2027, 1, 1)
    assert [fault(PEOPLE, number, *days, 10) for number in (9, 10)] == [TellingFault.SMALL, None], "where that is 10"


@pytest.mark.parametrize("name", ["dokumentation", "kurser: de første 2026:", ""])
def test_a_form_says_of_what_and_is_understood(name: str) -> None:
    subject = Subject(2026, FollowedKind.EARMARK, name)
    assert subject_of(word_of(subject)) == subject
    assert subject_of(f"x{word_of(subject)}") is None
    assert subject_of("2026:andet:kurser") is None
