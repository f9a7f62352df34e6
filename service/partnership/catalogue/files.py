"""The reviewed files in `data/` as plain values. What is in use is in the database; this is what it is loaded from."""

from __future__ import annotations

import csv
import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from service.partnership.catalogue.clauses import AgreementKind, check_clauses
from service.partnership.catalogue.rules import BoundarySide, CatalogueType, Counted, MeetsChildren

_FOLDER = resources.files("service.partnership.catalogue").joinpath("data")


class FileError(ValueError):
    """A file of the catalogue that cannot be put into use. The message says which, and what is wrong."""


@dataclass(frozen=True, slots=True)
class CatalogueText:
    """A version of a text, as its file has it."""

    kind: str
    version: int
    effective_from: dt.date
    content: dict[str, Any]


def _rows(name: str) -> list[dict[str, str]]:
    return list(
        csv.DictReader(_FOLDER.joinpath(name).read_text(encoding="utf-8").splitlines(), delimiter=";", strict=True)
    )


@cache
def outcomes() -> dict[str, dict[str, str]]:
    """The six effects that activities work for, by code: da, en."""
    return {row["code"]: row for row in _rows("outcomes.csv")}


@cache
def measures() -> dict[str, dict[str, str]]:
    """The measures of targets and statements, by code: da, en, unit, whether of persons, by activity type too, and from what."""
    return {row["code"]: row for row in _rows("measures.csv")}


@cache
def counted() -> dict[str, Counted]:
    """From what each measure is counted, by its code."""
    return {code: Counted(row["counted"]) for code, row in measures().items()}


def measure_names(language: str) -> dict[str, str]:
    """What the measures are called in Danish or English, by code."""
    return {code: row["en" if language == "en" else "da"] for code, row in measures().items()}


def kinds() -> dict[str, CatalogueType]:
    """The activity types by code. Raises FileError for one without what its side demands or with an unknown outcome."""
    return {row["code"]: _kind(row) for row in _rows("activity_types.csv")}


def _kind(row: dict[str, str]) -> CatalogueType:
    values: dict[str, Any] = row | {
        "side": BoundarySide(row["side"]),
        "children_under_15": MeetsChildren(row["children_under_15"]),
        "outcomes": tuple(row["outcomes"].split()),
    }
    kind = CatalogueType(**values)
    if not set(kind.outcomes) <= outcomes().keys():
        raise FileError(f"{kind.code} names an outcome that is not in outcomes.csv")
    if (kind.side is BoundarySide.STATUTORY) != bool(kind.reason) or (kind.side is BoundarySide.BORDERLINE) != bool(
        kind.distinction
    ):
        raise FileError(f"{kind.code} is {kind.side} and must have the words that go with it, and no others")
    return kind


def texts() -> list[CatalogueText]:
    """Every version of every text. Raises FileError for a name that does not fit, ClauseError for unfit clauses."""
    found = []
    for file in sorted(_FOLDER.iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        text = CatalogueText(content.pop("kind"), content.pop("version"), content.pop("effective_from"), content)
        if file.name != f"{text.kind}-{text.version}.toml":
            raise FileError(f"{file.name} holds {text.kind} version {text.version}")
        if text.kind in set(AgreementKind):
            check_clauses(AgreementKind(text.kind), content["clause"])
        found.append(text)
    return found
