"""The tables of a statement: the same rows stand on the paper and in the files that are attached to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.platform.documents.formats import dato, kroner
from service.platform.documents.paper import Table

Cell = str | int
KEPT_BACK, OUTSIDE = "*", "uden for aftalen"


def tables(frozen: Mapping[str, Any]) -> tuple[Table, ...]:
    """The tables of frozen facts: those that have a row."""
    found = (
        _promises(frozen),
        Table(
            "noegletal",
            ("Nøgletal", "Måneden", "Måneden før"),
            _rows(frozen["keys"], "what", "value", "before"),
            "Månedens nøgletal",
        ),
        _months(frozen),
        _activities(frozen),
        _scopes(frozen),
        Table(
            "hvem", ("Hvem kom", "Måneden", "Måneden før"), _rows(frozen["who"], "what", "value", "before"), "Hvem kom"
        ),
        _effects(frozen),
        _targets(frozen),
        _needs(frozen),
        _payments(frozen),
    )
    return tuple(table for table in found if table.rows)


def cell(value: int | str | None) -> Cell:
    """A figure as it stands in a table: what is kept back is a star."""
    return KEPT_BACK if value is None else value


def _rows(rows: Sequence[Mapping[str, Any]], *names: str) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(cell(row[name]) for name in names) for row in rows)


def _promises(frozen: Mapping[str, Any]) -> Table:
    rows = tuple(
        (
            row["what"],
            row["where"],
            "" if row["agreed"] is None else row["agreed"],
            *(
                ("", "")
                if row["reached"] is None
                else ("", row["reached"])
                if row["at_least"]
                else (row["reached"], "")
            ),
            row["how"],
            row["why"],
        )
        for row in frozen["promises"]
    )
    header = ("Løfte", "Hvor", "Lovet", "Nået", "Nået mindst", "Status", "Hvorfor")
    return Table("loefter", header, rows, "Hvordan det går med hvert løfte")


def _months(frozen: Mapping[str, Any]) -> Table:
    chart = frozen["chart"] or {"labels": (), "values": ()}
    rows = tuple((label, cell(value)) for label, value in zip(chart["labels"], chart["values"], strict=True))
    return Table("maaneder", ("Måned", "Fremmøder"), rows, "Fremmøder måned for måned")


def _activities(frozen: Mapping[str, Any]) -> Table:
    """Agreed and other activities: their rows sum to the key figures, as far as nothing is kept back."""
    rows = [
        (a["name"], ", ".join(a["places"]), "efter aftale" if a["promised"] is None else a["promised"], a)
        for a in frozen["activities"]
    ] + [(b["name"], "", OUTSIDE, b) for b in frozen["beside"]]
    header: tuple[str, ...] = ("Aktivitet", "Sted", "Aftalt", "Holdt", "Aflyst")
    told = tuple((*first, each["held"], each["cancelled"]) for *first, each in rows)
    if frozen["figures"]:
        header = (*header, "Fremmøder")
        told = tuple((*row, cell(each["attendances"])) for row, (*_first, each) in zip(told, rows, strict=True))
    return Table("aktiviteter", header, told, "Aftalt og holdt, aktivitet for aktivitet")


def _scopes(frozen: Mapping[str, Any]) -> Table:
    rows = tuple(
        (
            f"{row['first'][-2:].lstrip('0')}.-{dato(row['last'])}",
            row["agreement"],
            row["activity"],
            row["places"],
            "efter aftale" if row["agreed"] is None else row["agreed"],
        )
        for row in frozen["scopes"]
    )
    return Table(
        "aftaler", ("Gjaldt", "Aftale", "Aktivitet", "Sted", "Aftalt"), rows, "Hvad hver aftale lovede i måneden"
    )


def _effects(frozen: Mapping[str, Any]) -> Table:
    rows = tuple(
        (
            row["effect"],
            ", ".join(row["activities"]) or "ingen",
            row["held"],
            *(("", row["attendances"]) if row["at_least"] else (row["attendances"], "")),
        )
        for row in frozen["effects"]
    )
    header = ("Virkning", "Aktiviteter", "Holdt", "Fremmøder", "Mindst")
    return Table("virkninger", header, rows, "Hvad aktiviteterne arbejder for")


def _targets(frozen: Mapping[str, Any]) -> Table:
    rows = tuple(
        (
            row["what"],
            row["activity"],
            row["target"],
            row["expected"],
            *(("", row["reached"]) if row["at_least"] else (row["reached"], "")),
            row["how"],
        )
        for row in frozen["targets"]
    )
    header = ("Mål", "Aktivitet", "Årets mål", "Ventet nu", "Nået", "Nået mindst", "Status")
    return Table("maal", header, rows, "Årets mål")


def _needs(frozen: Mapping[str, Any]) -> Table:
    rows = tuple(
        (
            row["what"],
            row["number"],
            row["lacking"],
            dato(row["said_on"]),
            "" if row["waited"] is None else row["waited"],
            row["how"],
        )
        for row in frozen["needs"]
    )
    header = ("Behov", "Ønsket", "Mangler", "Meldt", "Dages ventetid", "Status")
    return Table("behov", header, rows, "Kommunens behov og deres ventetid")


def _payments(frozen: Mapping[str, Any]) -> Table:
    rows = tuple((dato(row["due_on"]), kroner(row["ore"]), row["how"]) for row in frozen["payments"])
    return Table("betaling", ("Forfalder", "Beløb", "Status"), rows, "Årets rater")
