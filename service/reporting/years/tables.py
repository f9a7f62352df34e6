"""The tables of a paper of a year: the same rows stand on the paper, in the files attached to it and in its workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.platform.documents.formats import dato, kroner, maaned
from service.platform.documents.paper import Table
from service.reporting.statements.tables import Cell, cell

Rows = Sequence[Mapping[str, Any]]
NOT_OPENED = "uden for aftalen"


def tables(frozen: Mapping[str, Any]) -> tuple[Table, ...]:
    """The tables of frozen facts: those that have a row."""
    found = (
        _keys(frozen["keys"]),
        _activities(frozen),
        _targets(frozen["targets"]),
        _months(frozen),
        _who(frozen["who"]),
        _effects(frozen["effects"]),
        _duties(frozen["duties"]),
        _payments(frozen["payments"]),
    )
    return tuple(table for table in found if table.rows)


def _sum(told: Mapping[str, Any]) -> tuple[Cell, Cell]:
    """A sum in two columns: what it is, or what it is at least."""
    return ("", told["value"]) if told["at_least"] else (told["value"], "")


def _keys(rows: Rows) -> Table:
    told = tuple((row["what"], *_sum(row)) for row in rows)
    return Table("noegletal", ("Nøgletal", "I alt", "Mindst"), told, "Nøgletal")


def _activities(frozen: Mapping[str, Any]) -> Table:
    header: tuple[str, ...] = ("Aktivitet", "Sted", "Aftalt", "Holdt", "Aflyst", "Status")
    rows = [
        (
            row["name"],
            row["where"],
            "" if row["agreed"] is None else row["agreed"],
            row["held"],
            row["cancelled"],
            row["how"],
        )
        for row in frozen["types"]
    ]
    if not frozen["figures"]:
        return Table("aktiviteter", header, tuple(rows), "Aktiviteter")
    sums = (_sum(row["attendances"]) for row in frozen["types"])
    told = tuple((*row, *came) for row, came in zip(rows, sums, strict=True))
    return Table("aktiviteter", (*header, "Fremmøder", "Fremmøder mindst"), told, "Aktiviteter")


def _targets(rows: Rows) -> Table:
    told = tuple(
        (row["what"], row["activity"], str(row["year"]), row["target"], *_sum(row["reached"]), row["how"])
        for row in rows
    )
    return Table("maal", ("Mål", "Aktivitet", "År", "Årets mål", "Nået", "Nået mindst", "Status"), told, "Mål")


def _months(frozen: Mapping[str, Any]) -> Table:
    header: tuple[str, ...] = ("Måned", "Holdt", "Opgørelse")
    rows = [(maaned(row["month"]), row["sessions"], row["paper"]) for row in frozen["months"]]
    if not frozen["figures"]:
        return Table("maaneder", header, tuple(rows), "Måned for måned")
    names = ("attendances", "volunteer_attendances", "volunteer_hours")
    persons = (tuple(cell(row[name]) if name in row else NOT_OPENED for name in names) for row in frozen["months"])
    told = tuple((*row[:2], *of, row[2]) for row, of in zip(rows, persons, strict=True))
    header = ("Måned", "Holdt", "Fremmøder", "Frivilliges fremmøder", "Frivilligtimer", "Opgørelse")
    return Table("maaneder", header, told, "Måned for måned")


def _who(rows: Rows) -> Table:
    told = tuple((row["what"], *_sum(row)) for row in rows)
    return Table("hvem", ("Hvem kom", "I alt", "Mindst"), told, "Hvem kom")


def _effects(rows: Rows) -> Table:
    told = tuple(
        (row["effect"], ", ".join(row["activities"]) or "ingen", row["held"], *_sum(row["attendances"])) for row in rows
    )
    return Table(
        "virkninger",
        ("Virkning", "Aktiviteter", "Holdt", "Fremmøder", "Mindst"),
        told,
        "Hvad aktiviteterne arbejdede for",
    )


def _duties(rows: Rows) -> Table:
    told = tuple(
        (
            row["who"],
            row["what"],
            dato(row["on"]),
            row["how"],
            dato(row["done_on"]) if row["done_on"] else "",
            row["words"],
        )
        for row in rows
    )
    header = ("Hvem", "Har lovet", "Frist", "Status", "Gjort", "Bemærkning")
    return Table("opgaver", header, told, "Det, parterne har lovet hinanden")


def _payments(rows: Rows) -> Table:
    told = tuple((dato(row["due_on"]), kroner(row["ore"]), row["how"]) for row in rows)
    return Table("betaling", ("Forfalder", "Beløb", "Status"), told, "Betalinger")
