"""Which passwords are taken."""

from __future__ import annotations

import pytest

from service.platform.accounts.passwords import MIN_LETTERS, Weakness, common, weakness

EMAIL, NAME = "anna.sørensen@aabenraa.dk", "Anna Kirstine Sørensen"


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("elleve tegn", Weakness.SHORT),
        ("", Weakness.SHORT),
        ("password1234", Weakness.COMMON),
        ("Password1234", Weakness.COMMON),
        ("aaaaaaaaaaaaaaaa", Weakness.COMMON),
        ("12121212121212", Weakness.COMMON),
        ("Anna-Kirstine-2026", Weakness.OWN),
        ("SØRENSENanna1234", Weakness.OWN),
        ("aabenraa!2026!", Weakness.OWN),
        ("Partnerskab2026!", Weakness.OWN),
        ("DanskFlygtningehjælp", Weakness.OWN),
        ("Sommer-2026-Kommune", Weakness.OWN),
        ("4815-1623-4298", Weakness.OWN),  # nothing but digits
        ("hest ketsjer lampe tag", None),
        ("Anna elsker blåbærtærte", None),
        ("a long enough password", None),
    ],
)
def test_why_a_password_is_not_taken(password: str, found: Weakness | None) -> None:
    assert weakness(password, EMAIL, NAME) is found


def test_ones_own_are_ones_own() -> None:
    """The control: what is Anna's name is another's good password."""
    assert weakness("Kirstine-Sørensen-87", "bo@drc.example", "Bo Hansen") is None


def test_the_kept_list_is_of_what_can_be_chosen() -> None:
    assert len(common()) > 200
    assert {each for each in common() if len(each) < MIN_LETTERS or each != each.casefold()} == set()
