"""What differs between two versions: every field is compared, nothing that is the same is told, and words stand whole."""

from __future__ import annotations

import datetime as dt
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.partnership.agreements import difference_words
from service.partnership.agreements.difference import (
    KNOWN_BY,
    WHOLE,
    AgreementVersion,
    ChangeKind,
    between,
    clause_changes,
    opens,
    scope_changes,
)
from service.partnership.agreements.word_difference import PartKind, of_clause, of_words, tokens
from tenants.scope import (
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

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2027, 12, 31)
BASE = Scope(
    Level.SUPPLEMENTARY,
    FIRST,
    LAST,
    Contact("Tove", "Leder", "12 34 56 78", "tove@kommune.example"),
    Contact("Dan", "Konsulent", "87 65 43 21", "dan@drc.example"),
    frozenset({Capability.FIGURES}),
    (AgreedActivity("homework_help", "Biblioteket", Frequency(1, Every.WEEK), FIRST, LAST),),
    (Target("attendances", 500, 2026),),
    Payment(
        LegalBasis.SECTION_18,
        (YearAmount(2026, 99_000_000),),
        (Instalment(dt.date(2026, 2, 1), 99_000_000),),
        "5790000000005",
    ),
    municipality_duties=(Duty("at udpege en tovholder"),),
)


def told(before: Scope, after: Scope) -> list[tuple[str, str, Any, Any]]:
    """The changes, by name, kind, before and after."""
    return [(each.name, each.kind.value, each.before, each.after) for each in scope_changes(before, after)]


def kinds_of(annotation: Any) -> Iterator[Any]:
    """The kinds of value that a field can hold."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from kinds_of(inner)


def reached(owner: Any = Scope) -> Iterator[Any]:
    """Every dataclass and every choice within a scope."""
    for annotation in typing.get_type_hints(owner).values():
        for kind in kinds_of(annotation):
            if is_dataclass(kind):
                yield kind
                yield from reached(kind)
            elif issubclass(kind, Enum):
                yield kind


def other(kind: Any) -> Any:
    """Some value of a field's kind that no scope above holds."""
    if typing.get_origin(kind) in (tuple, frozenset):
        return typing.get_origin(kind)([other(typing.get_args(kind)[0])])
    kind = next(each for each in kinds_of(kind) if each is not types.NoneType)
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        make: Any = kind
        return make(**{field.name: other(hints[field.name]) for field in fields(kind)})
    if issubclass(kind, Enum):
        return list(kind)[-1]
    return {dt.date: dt.date(2031, 5, 1), bool: True, int: 77, str: "noget andet"}[kind]


OWNERS: list[Any] = [Scope, *(each for each in dict.fromkeys(reached()) if is_dataclass(each))]


@pytest.mark.parametrize(
    ("owner", "field"), [(owner, field.name) for owner in OWNERS for field in fields(owner)], ids=str
)
def test_every_field_is_compared(owner: Any, field: str) -> None:
    """Whatever a scope is made of, today and tomorrow: another value of one field is one or more changes."""
    hints = typing.get_type_hints(owner)
    one = BASE if owner is Scope else owner(**{each.name: other(hints[each.name]) for each in fields(owner)})
    value = other(hints[field])
    changed = replace(one, **{field: value if value != getattr(one, field) else _another(value)})
    assert changed != one
    assert list(scope_changes(one, changed)), f"{owner.__name__}.{field} is not compared"


def _another(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case Enum():
            return next(iter(type(value)))
        case dt.date():
            return value + dt.timedelta(days=1)
        case int():
            return value + 1
        case str():
            return f"{value} igen"
        case tuple() | frozenset():
            return type(value)()
    return replace(value, **{fields(value)[0].name: _another(getattr(value, fields(value)[0].name))})


def unspoken(words: Mapping[type, Mapping[str, Any]]) -> set[str]:
    """The fields of a scope that have no words."""
    each = ((owner, field.name) for owner in OWNERS if owner not in WHOLE for field in fields(owner))
    return {f"{owner.__name__}.{name}" for owner, name in each if name not in words.get(owner, {})}


def test_every_field_has_words() -> None:
    assert unspoken(difference_words.WORDS) == set()


def test_control_a_field_without_words_is_told() -> None:
    words = dict(difference_words.WORDS)
    words[Payment] = {"amounts": ""}
    assert unspoken(words) == {f"Payment.{each.name}" for each in fields(Payment) if each.name != "amounts"}


def test_every_choice_has_words_and_nothing_is_named_that_is_not_there() -> None:
    choices = {each for each in reached() if issubclass(each, Enum)}
    assert choices == set(difference_words.CHOICES)
    spoken = {choice for choice in Every if choice in difference_words.CHOICES[Every]}
    assert spoken == {Every.MONTH, Every.QUARTER, Every.YEAR}, (
        "how often a duty comes; a frequency has words of its own"
    )
    for choice in choices - {Every}:
        assert set(difference_words.CHOICES[choice]) == set(choice)
    assert set(KNOWN_BY) <= set(OWNERS)
    assert set(difference_words.WORDS) == set(OWNERS) - set(WHOLE)
    assert set(difference_words.HEADINGS) <= {field.name for field in fields(Scope)}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (BASE, []),
        (replace(BASE, notice_months=6), [("notice_months", "changed", 3, 6)]),
        (
            replace(BASE, payment=replace(BASE.payment, amounts=(YearAmount(2026, 140_000_000),))),
            [("payment.amounts.ore", "changed", 99_000_000, 140_000_000)],
        ),
        (
            replace(BASE, capabilities=frozenset({Capability.NEEDS})),
            [
                ("capabilities", "added", None, Capability.NEEDS),
                ("capabilities", "removed", Capability.FIGURES, None),
            ],
        ),
        (
            replace(BASE, activities=(replace(BASE.activities[0], frequency=Frequency(2, Every.WEEK)),)),
            [("activities.frequency", "changed", Frequency(1, Every.WEEK), Frequency(2, Every.WEEK))],
        ),
        (
            replace(BASE, activities=(replace(BASE.activities[0], place="Skolen"),)),
            [("activities.place", "changed", "Biblioteket", "Skolen")],
        ),
        (
            replace(BASE, municipality_duties=()),
            [("municipality_duties", "removed", BASE.municipality_duties[0], None)],
        ),
        (
            replace(BASE, payment=replace(BASE.payment, instalments=(Instalment(dt.date(2026, 3, 1), 99_000_000),))),
            [("payment.instalments.due_on", "changed", dt.date(2026, 2, 1), dt.date(2026, 3, 1))],
        ),
        (
            replace(BASE, drc_contact=replace(BASE.drc_contact, name="Ida")),
            [("drc_contact.name", "changed", "Dan", "Ida")],
        ),
        (
            replace(BASE, target_groups=("unge", "kvinder")),
            [("target_groups", "added", None, "unge"), ("target_groups", "added", None, "kvinder")],
        ),
    ],
)
def test_what_differs_is_told_as_what_it_is(after: Scope, expected: list[Any]) -> None:
    assert told(BASE, after) == expected


def test_an_added_activity_changes_none_that_stays_and_another_order_is_told() -> None:
    kept, new = BASE.activities[0], replace(BASE.activities[0], activity_type="language_cafe")
    after = replace(BASE, activities=(new, kept))
    assert told(BASE, after) == [("activities", "added", None, new)]
    assert told(after, replace(BASE, activities=(kept, new))) == [("activities", "reordered", (new, kept), (kept, new))]


ACTIVITIES = st.builds(
    AgreedActivity,
    st.sampled_from(["homework_help", "language_cafe"]),
    st.sampled_from(["A", "B"]),
    st.builds(Frequency, st.integers(1, 2), st.sampled_from([Every.WEEK, Every.MONTH])),
    st.just(FIRST),
    st.just(LAST),
    st.sampled_from([None, "en afgrænsning"]),
)
SCOPES = st.builds(
    replace,
    st.just(BASE),
    level=st.sampled_from(Level),
    capabilities=st.frozensets(st.sampled_from(Capability)),
    activities=st.lists(ACTIVITIES, max_size=3).map(tuple),
    targets=st.lists(st.builds(Target, st.sampled_from("ab"), st.integers(1, 2), st.integers(26, 27)), max_size=3).map(
        tuple
    ),
    target_groups=st.lists(st.sampled_from("xyz"), max_size=3).map(tuple),
    evaluation_on=st.sampled_from([None, FIRST]),
)


@settings(max_examples=60, deadline=None)
@given(SCOPES, SCOPES)
def test_two_scopes_are_equal_if_and_only_if_nothing_is_told(one: Scope, another: Scope) -> None:
    assert (list(scope_changes(one, another)) == []) == (one == another)
    there, back = opens(one, another), opens(another, one)
    assert there == (back[1], back[0])


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("i alt 1.400.000 kr. om året", " 1.400.000 kr."),
        ("til den 28. februar 2027, senest", " 28. februar 2027"),
        ("med tre måneders varsel", " tre måneders"),
        ("Seks måneder før", "Seks måneder"),
        ("inden 14 dage.", " 14 dage"),
        ("KLE-nummer 27.03.00.", " 27.03.00"),
        ("1.234,50 kr. nu", "1.234,50 kr."),
    ],
)
def test_an_amount_a_day_and_a_length_of_time_are_one_word(text: str, whole: str) -> None:
    assert whole in tokens(text)
    assert "".join(tokens(text)) == text


def parts(before: str, after: str) -> str:
    """What differs, with signs: [-gone-] and {+come+}."""
    shape = {PartKind.SAME: "{}", PartKind.ADDED: "{{+{}+}}", PartKind.REMOVED: "[-{}-]"}
    return "".join(shape[part.kind].format(part.text) for part in of_words(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("for 2026: 990.000 kr.", "for 2026: 1.400.000 kr.", "for 2026:[- 990.000 kr.-]{+ 1.400.000 kr.+}"),
        ("tre måneders varsel", "seks måneders varsel", "[-tre måneders-]{+seks måneders+} varsel"),
        ("den 1. maj 2026.", "den 1. juni 2026.", "den[- 1. maj 2026-]{+ 1. juni 2026+}."),
        ("kaffe, te", "vand, saft", "[-kaffe, te-]{+vand, saft+}"),  # a sign alone is no common ground
        ("ens", "ens", "ens"),
    ],
)
def test_words_that_differ_stand_whole(before: str, after: str, expected: str) -> None:
    assert parts(before, after) == expected


@settings(max_examples=60, deadline=None)
@given(*[st.lists(st.sampled_from(["a", "b,", "tre måneder", "1. maj 2026", "."]), max_size=8).map(" ".join)] * 2)
def test_both_texts_are_whole_in_the_parts(before: str, after: str) -> None:
    found = of_words(before, after)
    squeezed = ["".join(text.split()) for text in (before, after)]
    for without, text in zip((PartKind.ADDED, PartKind.REMOVED), squeezed, strict=True):
        assert "".join("".join(part.text.split()) for part in found if part.kind is not without) == text


def clause(key: str, *blocks: Any) -> dict[str, Any]:
    """A clause as a paper's facts have it."""
    return {"key": key, "title": key.title(), "number": 1, "blocks": list(blocks)}


def test_clauses_are_matched_by_their_keys_and_lines_by_their_words() -> None:
    before = {
        "clauses": [
            clause("parties", "Ens."),
            clause("gone", "Væk."),
            clause("payment", "Tilskuddet er:", ["for 2026: 1 kr."]),
        ],
        "principles": ["Ligeværd"],
    }
    after = {
        "clauses": [
            clause("payment", "Tilskuddet er:", ["for 2025: intet", "for 2026: 2 kr."]),
            clause("parties", "Ens."),
            clause("new", "Ny."),
        ],
        "principles": ["Ligeværd", "Tillid"],
    }
    found = {each.key: each for each in clause_changes(before, after)}
    assert {key: each.kind for key, each in found.items()} == {
        "payment": ChangeKind.CHANGED,
        "parties": None,
        "new": ChangeKind.ADDED,
        "principles": ChangeKind.CHANGED,
        "gone": ChangeKind.REMOVED,
    }
    lines = of_clause(found["payment"])
    assert [(line.kind, [part.kind.value for part in line.parts]) for line in lines] == [
        ("text", ["same"]),
        ("point", ["added"]),
        ("point", ["same", "removed", "added"]),
    ]
    assert [line.kind for line in of_clause(found["gone"])] == ["heading", "text"]


def test_the_hash_is_that_of_what_differs_and_of_nothing_else() -> None:
    facts = {"clauses": [clause("payment", "a")], "principles": []}
    one, two = AgreementVersion("1", "N1", BASE, facts), AgreementVersion("2", "N2", replace(BASE, support="b"), facts)
    sha = between(one, two).sha256
    assert sha == between(one, replace(two, number="N3")).sha256
    assert sha != between(one, replace(two, scope=replace(BASE, support="c"))).sha256
    assert sha != between(one, replace(two, facts={**facts, "clauses": [clause("payment", "b")]})).sha256
    assert sha != between(one, replace(two, id="3")).sha256
    assert len(sha) == 64
