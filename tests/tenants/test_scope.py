"""A scope is a value: stored and read back it is the same, and it answers what is open, agreed and promised."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenants.calendar import month_after
from tenants.scope import (
    FORMAT,
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
from tenants.stored import Unreadable
from tenants.terms import Earmark, FurtherParty, OwnClause, PartyKind, Post, PriceAdjustment, Vat

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)
FEWER = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a scope is large
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))
YEARS = st.integers(2000, 2099)
ORE = st.integers(0, 10**12)
CONTACTS = st.builds(Contact, WORDS, WORDS, WORDS, WORDS)
FREQUENCIES = st.builds(Frequency, st.integers(1, 9), st.sampled_from(Every))
ACTIVITIES = st.builds(AgreedActivity, WORDS, WORDS, FREQUENCIES, DAYS, DAYS, st.none() | WORDS, st.booleans())
PAYMENTS = st.builds(
    Payment,
    st.sampled_from(LegalBasis),
    st.lists(st.builds(YearAmount, YEARS, ORE), max_size=3).map(tuple),
    st.lists(st.builds(Instalment, DAYS, ORE), max_size=3).map(tuple),
    WORDS,
    WORDS,
    st.lists(st.builds(Earmark, WORDS, ORE, st.none() | YEARS), max_size=2).map(tuple),
    st.none() | st.sampled_from(Vat),
    st.none() | st.sampled_from(PriceAdjustment),
)
POSTS = st.builds(Post, WORDS, st.integers(1, 9), st.none() | st.integers(1, 2220))
PARTIES = st.builds(FurtherParty, WORDS, WORDS, st.sampled_from(PartyKind), WORDS, st.none() | ORE)
TEXTS = st.lists(WORDS, max_size=3).map(tuple)
DUTIES = st.lists(st.builds(Duty, WORDS, st.none() | DAYS, st.none() | st.sampled_from(Every)), max_size=3).map(tuple)
SCOPES = st.builds(
    Scope,
    level=st.sampled_from(Level),
    starts_on=DAYS,
    ends_on=DAYS,
    municipality_contact=CONTACTS,
    drc_contact=CONTACTS,
    capabilities=st.frozensets(st.sampled_from(Capability)),
    activities=st.lists(ACTIVITIES, max_size=3).map(tuple),
    targets=st.lists(st.builds(Target, WORDS, st.integers(1, 10**6), YEARS, st.none() | WORDS), max_size=3).map(tuple),
    payment=PAYMENTS,
    notice_months=st.integers(0, 24),
    purpose=WORDS,
    target_groups=TEXTS,
    municipality_duties=DUTIES,
    drc_duties=DUTIES,
    premises=TEXTS,
    evaluation_on=st.none() | DAYS,
    posts=st.lists(POSTS, max_size=2).map(tuple),
    further_parties=st.lists(PARTIES, max_size=2).map(tuple),
    clauses_left_out=st.frozensets(WORDS, max_size=2),
    own_clauses=st.lists(st.builds(OwnClause, WORDS, WORDS), max_size=2).map(tuple),
)


@FEWER
@given(SCOPES)
def test_a_scope_comes_back_from_json_as_it_went(scope: Scope) -> None:
    stored = json.dumps(scope.to_plain(), sort_keys=True)
    assert Scope.from_plain(json.loads(stored)) == scope
    assert json.dumps(Scope.from_plain(json.loads(stored)).to_plain(), sort_keys=True) == stored


@FEWER
@given(SCOPES, SCOPES)
def test_equal_scopes_and_only_those_are_stored_alike(one: Scope, other: Scope) -> None:
    assert (one == other) == (one.to_plain() == other.to_plain())


def test_each_level_opens_what_the_one_before_opens_and_more() -> None:
    opened = [PRESETS[level] for level in Level]
    assert all(one < other for one, other in itertools.pairwise(opened))
    assert opened[0] == frozenset()
    assert opened[-1] == frozenset(Capability)


def whole() -> Scope:
    someone = Contact("A", "B", "C", "D")
    return Scope(Level.TARGETED, dt.date(2026, 1, 1), dt.date(2026, 12, 31), someone, someone)


@pytest.mark.parametrize(
    "change",
    [
        {"format": FORMAT + 1},
        {"format": None},
        {"level": "none_such"},
        {"surprise": 1},
        {"starts_on": "2026-13-01"},
        {"capabilities": ["root"]},
    ],
)
def test_a_stored_scope_of_another_shape_is_an_error_and_never_guessed(change: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        Scope.from_plain(whole().to_plain() | change)


@FEWER
@given(SCOPES)
def test_a_scope_of_the_first_format_is_read_its_duties_without_days(scope: Scope) -> None:
    sides = ("municipality_duties", "drc_duties")
    earlier = scope.to_plain() | {"format": 1}
    earlier |= {side: [duty["text"] for duty in earlier[side]] for side in sides}
    texts = [tuple(Duty(duty.text) for duty in duties) for duties in (scope.municipality_duties, scope.drc_duties)]
    assert Scope.from_plain(earlier) == replace(scope, municipality_duties=texts[0], drc_duties=texts[1])
    for side in sides:
        del earlier[side]
    assert Scope.from_plain(earlier) == replace(scope, municipality_duties=(), drc_duties=())


def test_control_unchanged_it_is_read() -> None:
    assert Scope.from_plain(whole().to_plain()) == whole()


NEWER: tuple[tuple[int, dict[str, object]], ...] = (
    (3, {"posts": (Post("Konsulent", 2),)}),
    (3, {"further_parties": (FurtherParty("Fonden", "12345674", PartyKind.FOUNDATION, "giver tilskud"),)}),
    (3, {"payment": Payment(earmarks=(Earmark("dokumentation", 4_000_000),))}),
    (3, {"payment": Payment(vat=Vat.EXEMPT)}),
    (3, {"payment": Payment(price_adjustment=PriceAdjustment.INDEX)}),
    (4, {"clauses_left_out": frozenset({"premises"})}),
    (4, {"own_clauses": (OwnClause("meetings", "Parterne mødes."),), "posts": (Post("Konsulent", 2),)}),
)
CAME_WITH = {2: set[str](), 3: {"posts", "further_parties"}, 4: {"clauses_left_out", "own_clauses"}}


@pytest.mark.parametrize(("number", "change"), NEWER)
def test_what_the_version_before_can_read_is_written_as_it_wrote_it(number: int, change: dict[str, object]) -> None:
    """It serves on while it is replaced: only a scope that says something new is in the new format, and has no field of a later one."""
    earlier, newer = whole().to_plain(), replace(whole(), **change).to_plain()  # type: ignore[arg-type]
    assert (earlier["format"], newer["format"]) == (2, number)
    assert set(earlier["payment"]) == {"legal_basis", "amounts", "instalments", "gln", "reference_person"}
    assert set(newer) - set(earlier) == set[str]().union(*(CAME_WITH[each] for each in CAME_WITH if each <= number))
    assert Scope.from_plain(newer) == replace(whole(), **change)  # type: ignore[arg-type]


def test_what_is_new_is_what_tells_the_formats_apart() -> None:
    """A field that comes later belongs to a later format: this one finds it."""
    plain = whole().to_plain()
    added = set(whole().values()) - set(plain), set(whole().values()["payment"]) - set(plain["payment"])
    assert added == (set[str]().union(*CAME_WITH.values()), {"earmarks", "vat", "price_adjustment"})


# Promised


def activity(times: int, every: Every, first: str = "2020-01-01", last: str = "2030-12-31") -> AgreedActivity:
    days = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    return AgreedActivity("homework_help", "Biblioteket", Frequency(times, every), *days)


MAY, JUNE = dt.date(2026, 5, 1), dt.date(2026, 6, 1)


@pytest.mark.parametrize(
    ("agreed", "times"),
    [
        (activity(1, Every.WEEK), 4),  # 31 days are 4.43 weeks
        (activity(2, Every.WEEK), 9),  # 8.86
        (activity(1, Every.FORTNIGHT), 2),
        (activity(3, Every.MONTH), 3),
        (activity(1, Every.MONTH, first="2026-05-16"), 1),  # half a month, rounded up
        (activity(1, Every.MONTH, first="2026-05-20"), 0),
        (activity(1, Every.WEEK, last="2026-05-14"), 2),
        (activity(1, Every.WEEK, first="2026-05-31"), 0),  # one day of it
        (activity(7, Every.WEEK, first="2026-05-31"), 1),
        (activity(1, Every.WEEK, last="2026-04-30"), 0),
        (activity(1, Every.WEEK, first="2026-06-01"), 0),
        (activity(1, Every.QUARTER), None),
        (activity(1, Every.YEAR), None),
        (activity(1, Every.YEAR, first="2026-06-01"), 0),
    ],
)
def test_promised_in_a_month(agreed: AgreedActivity, times: int | None) -> None:
    assert agreed.promised(MAY, JUNE) == times


@pytest.mark.parametrize("times", [1, 2, 3, 4])
def test_a_month_in_two_parts_promises_what_the_month_does(times: int) -> None:
    """As where the agreement changes in the middle of it."""
    agreed, middle = activity(times, Every.MONTH), dt.date(2026, 5, 16)
    parts = [agreed.promised(MAY, middle) or 0, agreed.promised(middle, JUNE) or 0]
    assert sum(parts) == times
    assert agreed.promised(MAY, dt.date(2026, 8, 1)) == 3 * times, "and three months three times that"


@given(
    st.integers(1, 7),
    st.sampled_from([Every.WEEK, Every.FORTNIGHT, Every.MONTH]),
    st.dates(dt.date(2024, 1, 1), dt.date(2028, 1, 1)),
)
def test_a_year_of_promises_is_close_to_what_was_agreed(times: int, every: Every, day: dt.date) -> None:
    first = day.replace(day=1)
    months = [month_after(first, number) for number in range(13)]
    sums = sum(activity(times, every).promised(one, other) or 0 for one, other in itertools.pairwise(months))
    agreed = times * {Every.WEEK: 365.25 / 7, Every.FORTNIGHT: 365.25 / 14, Every.MONTH: 12}[every]
    assert abs(sums - agreed) <= 6, "half a time a month is lost or won by rounding, at the most"


@given(st.integers(1, 9), st.sampled_from(Every), DAYS, DAYS)
def test_a_promise_is_never_negative_and_nothing_outside_its_term(
    times: int, every: Every, one: dt.date, other: dt.date
) -> None:
    agreed = AgreedActivity("a", "b", Frequency(times, every), min(one, other), max(one, other))
    assert (agreed.promised(MAY, JUNE) or 0) >= 0
    if max(one, other) < MAY or min(one, other) >= JUNE:
        assert agreed.promised(MAY, JUNE) == 0


def test_agreed_asks_type_and_day() -> None:
    agreed = replace(whole(), activities=(activity(1, Every.WEEK, "2026-02-01", "2026-02-28"),))
    assert agreed.agreed("homework_help", dt.date(2026, 2, 1))
    assert agreed.agreed("homework_help", dt.date(2026, 2, 28))
    assert not agreed.agreed("homework_help", dt.date(2026, 3, 1))
    assert not agreed.agreed("language_cafe", dt.date(2026, 2, 1))
