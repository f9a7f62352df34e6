"""The fields that everything typed or sent goes through. Pure: no database, no request."""

from __future__ import annotations

import datetime as dt
import string
import unicodedata
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError
from marshmallow import fields as plain

from service.activity.activities.schemas import NewActivity, NewSession
from service.partnership.partnerships.rows import ContactFields, TextLines
from service.partnership.partnerships.schemas import ScopeFields
from service.platform.accounts.schemas import NewKey, Password, SignIn
from service.platform.web.contact_fields import Email, Phone
from service.platform.web.date_fields import EARLIEST, LATEST, Day, Month
from service.platform.web.errors import flatten
from service.platform.web.fields import Choice, Kroner, Number, Part, Rows, Strict, Text, Ticks, YesNo
from service.platform.web.forms import MOST_FIELDS, Typed, load, nest, without_blank_rows
from tenants.scope import Capability


class Colour(StrEnum):
    """A choice."""

    RED = "red"


FIELDS: dict[str, plain.Field[Any]] = {
    "text": Text(20),
    "multiline": Text(20, multiline=True),
    "optional text": Text(20, required=False),
    "number": Number(0, 100),
    "kroner": Kroner(),
    "day": Day(),
    "month": Month(),
    "choice": Choice(Colour),
    "choice of a set": Choice(frozenset({"a"})),
    "yes or no": YesNo(),
    "e-mail": Email(60),
    "phone": Phone(30),
    "rows": Rows(Part(ContactFields), 3),
    "part": Part(ContactFields),
    "lines": TextLines(3),
    "capabilities": Ticks(Capability),
}

RIGHT_WORDS = [
    "Anna Sørensen",
    "Ærø Å Ø é ü",
    "أحمد محمود",
    "ኣብርሃም ተስፋይ",
    "Олена Шевченко",
    "D'Angelo-O’Brien",
    "李小龍",
    "x" * 200,
    "50 % & <b>",
    "{{7*7}} ${7*7}",
    "Robert'); DROP TABLE persons;--",
    "=1+1",
]
WRONG_SIGNS = {
    "NUL": "\x00",
    "wakeup": "\x07",
    "escape": "\x1b",
    "delete": "\x7f",
    "C1 control": "\x85",
    "tab": "\t",
    "line": "\n",
    "carriage return": "\r",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "high surrogate": "\ud800",
    "low surrogate": "\udfff",
    "right-to-left override": "\u202e",
    "left-to-right embedding": "\u202a",
    "first strong isolate": "\u2068",
    "pop isolate": "\u2069",
    "right-to-left mark": "\u200f",
    "Arabic letter mark": "\u061c",
    "zero width space": "\u200b",
    "zero width joiner": "\u200d",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "language tag": "\U000e0041",
    "private use": "\ue000",
    "noncharacter": "\uffff",
}


def refuses(field: plain.Field[Any], value: Any) -> bool:
    """Whether a field refuses a value; any other error than its refusal goes on."""
    try:
        field.deserialize(value)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize("words", RIGHT_WORDS)
def test_text_of_any_language_is_taken(words: str) -> None:
    """Names of people who fled are written in their own letters; markup is text like other text."""
    assert Text(200).deserialize(words) == words


@pytest.mark.parametrize("name", WRONG_SIGNS)
def test_text_refuses_what_cannot_be_shown_or_turns_the_line(name: str) -> None:
    """In the middle of a word, where nothing strips it."""
    assert refuses(Text(200), f"Anna{WRONG_SIGNS[name]}Hansen")


def test_the_control_marshmallows_own_field_takes_them_all() -> None:
    """Why there is a field of our own: the library's lets every one of them through."""
    assert all(plain.String().deserialize(f"a{sign}b") for sign in WRONG_SIGNS.values())


def test_text_is_stripped_composed_and_then_measured() -> None:
    """NFC before the length: what is stored is what was counted."""
    assert Text(5).deserialize("  A\u030arhus ") == "Århus"
    assert Text(20, multiline=True).deserialize("a\r\nb\rc") == "a\nb\nc"
    assert not refuses(Text(5), "abcde")
    assert refuses(Text(5), "abcdef")
    assert refuses(Text(5), "x" * 10_000_000)
    assert refuses(Text(5), "\u0958" * 5), "this letter is two when composed"


@pytest.mark.parametrize("blank", [None, "", " ", "\u00a0\u2003", "\n"])
def test_a_blank_is_refused_where_something_is_needed_and_else_the_fields_own_blank(blank: str | None) -> None:
    assert refuses(Text(5), blank)
    assert Text(5, required=False).deserialize(blank) == ""
    assert Number(required=False).deserialize(blank) is None
    assert YesNo(required=False).deserialize(blank) is False


@pytest.mark.parametrize(
    "value",
    [
        "１２",
        "٣",
        "²",
        "1_000",
        "1e3",
        "1.0",
        "0x10",
        "1,5",
        "- 1",
        "--1",
        "+1",
        "1 000",
        "5.",
        "9" * 16,
        "9" * 5000,
        1.0,
        1.5,
        float("nan"),
        float("inf"),
        True,
        False,
        -1,
        101,
        10**30,
        [],
        {},
        [1],
        "a",
        "\x001",
    ],
)
def test_a_number_is_whole_and_in_range_and_in_our_digits(value: Any) -> None:
    assert refuses(Number(0, 100), value)


def test_numbers_that_are_taken() -> None:
    assert [Number(-5, 100).deserialize(value) for value in ("0", " 42 ", "100", "007", 7, "-5")] == [
        0,
        42,
        100,
        7,
        7,
        -5,
    ]


@pytest.mark.parametrize(
    ("typed", "ore"),
    [
        ("250.000", 25_000_000),
        ("250000", 25_000_000),
        ("1.400.000,50", 140_000_050),
        ("0,5", 50),
        ("12 kr.", 1200),
        ("0", 0),
        (25_000_000, 25_000_000),
    ],
)
def test_kroner_typed_and_ore_sent(typed: Any, ore: int) -> None:
    assert Kroner().deserialize(typed) == ore


@pytest.mark.parametrize(
    "value",
    [
        "1,400,000",
        "1.40",
        "1.4000",
        "10.0000",
        "1,234",
        "-5",
        "1e6",
        "１００",
        "1_000",
        "12,",
        ",5",
        "kr.",
        "1 000",
        "9" * 11,
        1.5,
        True,
        -1,
        10**13,
        float("nan"),
        [],
        {},
    ],
)
def test_kroner_that_could_be_read_two_ways_are_refused(value: Any) -> None:
    assert refuses(Kroner(), value)


@pytest.mark.parametrize("text", ["2026-10-31", "31-10-2026", "31.10.2026", "31/10/2026", " 31-10-2026 "])
def test_a_day_in_both_spellings(text: str) -> None:
    assert Day().deserialize(text) == dt.date(2026, 10, 31)


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-30",
        "30-02-2026",
        "31-04-2026",
        "2026-13-01",
        "2026-00-10",
        "00-10-2026",
        "2026-1-1",
        "1-1-26",
        "20261031",
        "٢٠٢٦-١٠-٣١",
        "２０２６-10-31",
        "1989-12-31",
        "2101-01-01",
        "0001-01-01",
        "9999-12-31",
        "2026-10-31T00:00:00",
        "i morgen",
        "2026-10-31\x00",
        20261031,
        1.5,
        True,
        [],
        {},
        ["2026-10-31"],
    ],
)
def test_what_is_no_day_is_refused(value: Any) -> None:
    assert refuses(Day(), value)


def test_a_leap_day_is_a_day_in_a_leap_year_only() -> None:
    assert Day().deserialize("29-02-2028") == dt.date(2028, 2, 29)
    assert refuses(Day(), "29-02-2027")


@pytest.mark.parametrize(
    "value",
    [
        "2026-13",
        "2026-00",
        "26-10",
        "2026-1",
        "10-2026",
        "2026/10",
        "2026-10-01",
        "２０２６-10",
        "2026-1٠",
        "1989-12",
        "2101-01",
        "+026-10",
        " 026-10",
        202610,
        True,
        [],
        {},
    ],
)
def test_what_is_no_month_is_refused(value: Any) -> None:
    assert refuses(Month(), value)
    assert Month().deserialize("2026-10") == dt.date(2026, 10, 1)


def test_other_fields() -> None:
    assert Choice(Colour).deserialize("red") is Colour.RED
    assert all(refuses(Choice(Colour), value) for value in ("RED", "blue", "Colour.RED", 1, True, ["red"], {"red": 1}))
    assert [YesNo().deserialize(sent) for sent in ("1", "on", True, "0", False)] == [True, True, True, False, False]
    neither: tuple[Any, ...] = (1, 0, 1.0, "yes", "ja", [], {}, "TRUE")
    assert all(refuses(YesNo(), value) for value in neither)
    assert Email(60).deserialize(" Anna@Kommune.DK ") == "anna@kommune.dk"
    wrong = (
        "anna",
        "@a.dk",
        "a@b",
        "a@b@c.dk",
        "a b@c.dk",
        "a@c.dk\nBcc: x@y.dk",
        "a@c.dk,b@c.dk",
        "<a@c.dk>",
        '"a"@c.dk',
        "a@c..dk",
        "a@.dk",
    )
    assert [value for value in wrong if not refuses(Email(60), value)] == []
    assert Phone(30).deserialize("+45 12 34 56 78") == "+45 12 34 56 78"
    assert all(
        refuses(Phone(30), value)
        for value in ("1234", "12-34-56-78", "１２３４５６７８", "+", "12345678;ext=9", 12345678)
    )
    assert refuses(Rows(Part(ContactFields), 3), [{}] * 4)
    assert TextLines(3).deserialize("a\n\n b ") == ("a", "b")
    assert refuses(TextLines(3), "a\nb\nc\nd")
    assert refuses(TextLines(3), "a\x00b")


@pytest.mark.gate("15.3.3")
def test_what_a_schema_does_not_know_is_refused() -> None:
    """Nobody slips in a municipality, a role or a state."""
    with pytest.raises(ValidationError) as caught:
        NewKey().load({"name": "x", "person_id": "y", "role": "secretariat"})
    assert set(flatten(caught.value.messages)) == {"person_id", "role"}


ANY_TEXT = st.text(st.characters(), max_size=30)  # lone surrogates too
NEARLY = st.text(string.digits + "-+.,/_eExX １²٣\x00\u202e", max_size=14)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | ANY_TEXT
    | NEARLY
    | st.sampled_from([10**30, -(10**30), "9" * 5000])
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4), max_leaves=8
)


@settings(max_examples=100, deadline=None)
@given(value=JSON)
def test_no_value_raises_anything_but_a_refusal(value: Any) -> None:
    """Every field, whatever JSON is sent; and what is taken can be stored: no NUL, no surrogate, within its range."""
    for name, field in FIELDS.items():
        try:
            taken = field.deserialize(value)
        except ValidationError as error:
            told = flatten(error.messages)
            assert told, name
            continue
        if isinstance(taken, str):
            taken.encode()
            assert unicodedata.is_normalized("NFC", taken), name
            assert "\x00" not in taken, name
            assert taken == taken.strip(), name
        if isinstance(taken, dt.date):
            assert EARLIEST <= taken <= LATEST, name


SCHEMAS: tuple[type[Schema], ...] = (SignIn, NewKey, Password, NewActivity, NewSession, ContactFields, ScopeFields)
NAMES = [*sorted({name for schema in SCHEMAS for name in schema().fields}), "", "x", "_schema", "__class__"]


@settings(max_examples=80, deadline=None)
@given(sent=JSON | st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6))
def test_no_body_raises_anything_but_a_refusal(sent: Any) -> None:
    """Every schema, whatever body is sent."""
    for schema in SCHEMAS:
        try:
            schema().load(sent)
        except ValidationError as error:
            told = flatten(error.messages)
            assert told, schema


PIECES = st.sampled_from(
    [
        "activities",
        "level",
        "capabilities",
        "place",
        "0",
        "1",
        "007",
        "99999",
        "²",
        "٣",
        "9" * 5000,
        "",
        "-1",
        "x\x00",
        "\u202e",
    ]
)
FORM_NAMES = st.lists(PIECES, min_size=1, max_size=4).map("-".join)


@settings(max_examples=200, deadline=None)
@given(form=st.dictionaries(FORM_NAMES, ANY_TEXT, max_size=8))
def test_no_names_of_fields_break_a_form(form: dict[str, str]) -> None:
    """A browser sends names that we chose; anybody else sends others: twice, half, with digits that are none."""
    kept = Typed(without_blank_rows(form))
    nest(form)
    if load(ScopeFields(), kept) is None:
        assert kept.errors


def test_an_empty_row_is_no_row_and_the_others_keep_their_order() -> None:
    typed = {"a-0-x": "", "a-1-x": "1", "a-7-x": " ", "a-10-x": "2", "b": "3"}
    assert without_blank_rows(typed) == {"b": "3", "a-0-x": "1", "a-1-x": "2"}
    assert nest({"a-1-x": "1", "a-10-x": "2", "b": "3", "c-d": "4", "c-e": "5"}) == {
        "a": [{"x": "1"}, {"x": "2"}],
        "b": "3",
        "c": {"d": "4", "e": "5"},
    }


def test_a_form_has_a_greatest_number_of_fields() -> None:
    """More than the largest real form needs, and an end."""
    assert 60 * 12 < MOST_FIELDS <= 5000


class Sent(Strict):
    """A schema of the control below."""

    known = Text(5)


def test_the_control_a_schema_without_strict_would_take_what_it_does_not_know() -> None:
    """`Strict` is what refuses: the same fields without it, told to let unknown ones pass, do."""

    class Loose(Schema):
        """Lets the unknown pass."""

        known = Text(5)

    assert Loose(unknown="include").load({"known": "a", "role": "x"}) == {"known": "a", "role": "x"}
    with pytest.raises(ValidationError):
        Sent(unknown="include").load({"known": "a", "role": "x"})
