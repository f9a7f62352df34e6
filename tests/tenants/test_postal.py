"""What a text about a place means."""

from __future__ import annotations

import csv
from importlib import resources

import pytest

from tenants import postal

with resources.files("tenants").joinpath("data/municipalities.csv").open(encoding="utf-8") as file:
    NAMES = {row["code"]: row["name"] for row in csv.DictReader(file)}


def test_every_area_lies_in_municipalities_that_there_are() -> None:
    found = postal.areas()
    assert len(found) > 1000
    assert {code for area in found.values() for code in area.municipality_codes} <= NAMES.keys()
    assert found["6200"] == postal.PostalArea("6200", "Aabenraa", ("0580",))


@pytest.mark.parametrize(
    ("text", "words", "codes"),
    [
        ("6200", "6200 Aabenraa", ("0580",)),
        (" 6200  Aabenraa ", "6200 Aabenraa", ("0580",)),
        ("DK-6230 Rødekro", "6230 Rødekro", ("0580",)),
        ("2000", "2000 Frederiksberg", ("0101", "0147")),
        ("rødekro", "rødekro", ("0580",)),
        ("Aabenraa", "Aabenraa", ("0580",)),
        ("åbenrå kommune", "Aabenraa", ("0580",)),
        ("Københavns Kommune", "København", ("0101",)),
        ("Haderslevs kommune", "Haderslev", ("0510",)),
        ("Bornholms Regionskommune", "Bornholm", ("0400",)),
        ("Nordfyn", "Nordfyns", ("0480",)),
        ("Assens", "Assens", ("0420",)),
        ("Lyngby-Taarbæk", "Lyngby-Taarbæk", ("0173",)),
        ("0783", "0783", ()),  # a large receiver's
        ("9999", "9999", ()),
        ("62000", "62000", ()),
        ("Atlantis", "Atlantis", ()),
        ("", "", ()),
    ],
)
def test_a_place_is_known_by_code_municipality_or_town(text: str, words: str, codes: tuple[str, ...]) -> None:
    assert postal.place(text, NAMES) == postal.KnownPlace(words, codes)


def test_every_municipality_is_found_by_its_name_and_by_its_official_one() -> None:
    for code, name in NAMES.items():
        assert postal.place(name, NAMES).municipality_codes == (code,)
        assert postal.place(f"{name}s Kommune", NAMES).municipality_codes == (code,)


def test_a_town_that_is_several_postal_codes_is_all_of_them() -> None:
    assert "0751" in postal.place("Aarhus", NAMES).municipality_codes
    found = postal.place("Odense", {})
    assert found.municipality_codes[0] == "0461"
