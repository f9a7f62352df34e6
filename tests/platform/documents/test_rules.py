"""How a paper's file is named, and what counts as a hash."""

from __future__ import annotations

import pytest

from service.platform.documents.rules import file_name, hash_typed


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
