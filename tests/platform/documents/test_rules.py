"""How a paper's file is named, what is typed to check one, what a file was before, and how a seal is kept."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest

from service.platform.documents.rules import (
    MAX_EARLIER,
    Seal,
    SealState,
    earlier,
    earlier_sent,
    file_name,
    hash_typed,
    mark_typed,
    number_typed,
)


@pytest.mark.gate("5.3.2")
@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Aftale med Ærø og Århus", "Aftale-med-Aeroe-og-Aarhus"),
        ("Øen Å, æblet", "Oeen-Aa-aeblet"),
        ("A\N{COMBINING RING ABOVE}rhus", "Aarhus"),  # typed as two signs
        ("Café \N{LATIN SMALL LIGATURE FI}n", "Cafe-fin"),
        (" ..Status / oktober 2026!! ", "Status-oktober-2026"),
        ("Łódź \N{SNOWMAN}", "odz"),
        ("XX og XX", "XX-og-XX"),
        ("a" * 79 + " b", "a" * 79),  # cut, and no dash left at the end
        ("a" * 81, "a" * 80),
    ],
)
def test_a_file_is_named_in_letters_that_every_system_keeps(title: str, words: str) -> None:
    assert file_name("DRC-2026-1", title) == f"DRC-2026-1-{words}.pdf"


@pytest.mark.parametrize("title", ["", "-", "\N{SNOWMAN}", "москва"])
def test_of_a_title_that_none_is_left_of_the_number_is_the_name(title: str) -> None:
    assert file_name("DRC-2026-1", title) == "DRC-2026-1.pdf"


def test_a_hash_is_taken_as_it_is_read_aloud_or_pasted_and_nothing_else_is() -> None:
    whole = "0123456789abcdef" * 4
    assert hash_typed(whole) == hash_typed(whole.upper()) == whole
    assert hash_typed(f" {whole[:32]}\n{whole[32:40]} {whole[40:]}\t") == whole
    for other in ("", whole[:-1], whole + "0", whole[:-1] + "g", "\N{FULLWIDTH DIGIT ZERO}" * 64):
        assert hash_typed(other) is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        (" 0580-2026-0012\n", "0580-2026-0012"),
        ("0580 - 2026 - 123456", "0580-2026-123456"),
        ("0580-2026-012", None),
        ("0580-2026-1234567", None),
        ("0580-2026-001\N{ARABIC-INDIC DIGIT TWO}", None),
        ("", None),
    ],
)
def test_a_number_is_taken_with_blanks_and_nothing_else_is_one(typed: str, number: str | None) -> None:
    assert number_typed(typed) == number


@pytest.mark.parametrize(
    ("typed", "mark"),
    [("01AB cdef", "01abcdef"), ("f" * 64, "f" * 64), ("f" * 65, None), ("1234567", None), ("0123 cdeg", None)],
)
def test_signs_of_a_fingerprint_are_eight_at_least(typed: str, mark: str | None) -> None:
    assert mark_typed(typed) == mark


def of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_what_a_file_was_before_it_was_added_to_ends_where_a_pdf_ends() -> None:
    first, second = b"%PDF one\n%%EOF", b" two\n%%EOF\r\n"
    found = earlier(first + b"\n" + second + b"three\n%%EOF")
    assert found == [of(first), of(first + b"\n"), of((first + b"\n" + second)[:-2]), of(first + b"\n" + second)]
    assert earlier(first) == [], "it was never added to"
    assert earlier(b"no paper") == []


def test_of_a_file_that_was_added_to_often_the_newest_are_asked_for() -> None:
    content = b"%%EOF " * 30
    assert earlier(content) == [of(content[: 6 * n - 1]) for n in range(11, 31)]
    assert MAX_EARLIER == 20


def test_of_what_a_browser_sent_only_hashes_are_taken_and_no_more_than_it_may_send() -> None:
    hashes = [of(bytes([number])) for number in range(21)]
    assert earlier_sent(" ".join(hashes)) == hashes[:20]
    assert earlier_sent(f"x {hashes[0]}\n{hashes[1][:-1]}") == hashes[:1]


@pytest.mark.parametrize("at", [None, dt.datetime(2026, 12, 1, 8, 30, tzinfo=dt.UTC)])
def test_a_seal_is_kept_as_json_and_read_again(at: dt.datetime | None) -> None:
    seal = Seal(SealState.ADDED, "DRC", "ab", at, stamped=True, covers="cd")
    plain = seal.to_plain()
    assert plain == {
        "state": "added",
        "by": "DRC",
        "fingerprint": "ab",
        "at": at and "2026-12-01T08:30:00+00:00",
        "stamped": True,
        "covers": "cd",
    }
    again = Seal.from_plain(plain)
    assert again == seal
    assert isinstance(again.state, SealState)
