"""Postal codes and towns, and the municipalities that they lie in.

Of PostNord's register of 17 October 2020 (`data/postal_codes.csv`): 1,121 codes, of which 237 lie in several municipalities. Codes
below 1000 are large receivers' own, where nobody lives or meets.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

LARGE_RECEIVERS = 1000  # codes below are theirs


@dataclass(frozen=True, slots=True)
class PostalArea:
    """A postal code with its town and, in the register's order, the codes of the municipalities that it lies in."""

    postal_code: str
    town: str
    municipality_codes: tuple[str, ...]


@cache
def areas() -> Mapping[str, PostalArea]:
    """Every area where somebody can live, by postal code."""
    with resources.files("tenants").joinpath("data/postal_codes.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if int(row["postal_code"]) >= LARGE_RECEIVERS]
    towns = {row["postal_code"]: row["town"] for row in rows}
    codes: dict[str, list[str]] = {code: [] for code in towns}
    for row in rows:
        codes[row["postal_code"]].append(row["municipality_code"])
    return {code: PostalArea(code, town, tuple(dict.fromkeys(codes[code]))) for code, town in towns.items()}


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """What a text about a place means: the words for it, and the municipalities it may be in. None where it means no place."""

    words: str
    municipality_codes: tuple[str, ...]


def place(text: str, names: Mapping[str, str]) -> KnownPlace:
    """What was typed for a place: a postal code, with its town or without, a municipality, or a town, in that order.

    `names` are the municipalities' names by code. A code whose town does not fit is the code's: the town is easier to mistake.
    """
    said = " ".join(text.split())
    if found := re.match(r"(?:DK-?)?([0-9]{4})(?![0-9])", said, re.ASCII | re.IGNORECASE):
        area = areas().get(found[1])
        return KnownPlace(f"{area.postal_code} {area.town}", area.municipality_codes) if area else KnownPlace(said, ())
    wanted = folded(said)
    by_name = {spelt: (code, name) for code, name in names.items() for spelt in _spellings(name)}
    if wanted in by_name:
        code, name = by_name[wanted]
        return KnownPlace(name, (code,))
    towns = [area for area in areas().values() if folded(area.town) == wanted]
    if wanted and not towns:  # København is København K, NV, SV ...
        part = re.compile(rf"{re.escape(wanted)} [a-zæøå]{{1,2}}")
        towns = [area for area in areas().values() if part.fullmatch(folded(area.town))]
    codes = tuple(dict.fromkeys(code for area in towns for code in area.municipality_codes))
    return KnownPlace(said, codes)


def folded(name: str) -> str:
    """A place's name as it is compared: without `kommune`, capitals and signs, and with one spelling of å."""
    text = re.sub(r"[^a-zæøåéüöä0-9]+", " ", name.casefold().replace("aa", "å")).strip()
    return re.sub(r" (regions)?kommune$", "", text)


def _spellings(name: str) -> set[str]:
    """A municipality's name as people write it: Københavns, Nordfyn."""
    bare = folded(name)
    return {bare, f"{bare}s", bare.removesuffix("s")}
