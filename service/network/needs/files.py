"""The reviewed file of where each municipality stands in the map of tiles: a grid that is roughly Denmark."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Tile:
    """A municipality's place in the grid, from 1, from the north and from the west."""

    municipality_code: str
    row: int
    column: int


@cache
def tiles() -> dict[str, Tile]:
    """The tiles by municipality. Raises ValueError when two stand in one place."""
    text = resources.files("service.network.needs").joinpath("data/tiles.csv").read_text(encoding="utf-8")
    found = {
        row["municipality_code"]: Tile(row["municipality_code"], int(row["row"]), int(row["column"]))
        for row in csv.DictReader(text.splitlines(), delimiter=";", strict=True)
    }
    if len({(tile.row, tile.column) for tile in found.values()}) != len(found):
        raise ValueError("two municipalities stand in one place of the map")
    return found
