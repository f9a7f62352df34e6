"""The shape of a group's free capacity as it is sent: by the form's fields or as JSON."""

from __future__ import annotations

from service.network.capacity.rules import MOST
from service.platform.web.date_fields import Day
from service.platform.web.fields import Number, Part, Rows, Strict, Text

MOST_KINDS = 50


class FreeFields(Strict):
    """A number of a kind. Left blank, the group does not offer it."""

    kind = Text(60)
    free = Number(0, MOST, required=False)


class CapacityFields(Strict):
    """What a group has free, whole, and the day it said so; left out, today."""

    __beside__ = ("noted_on",)

    free = Rows(Part(FreeFields), MOST_KINDS, required=True)
    noted_on = Day(required=False)


def numbers(given: dict[str, list[dict[str, int | str | None]]]) -> dict[str, int]:
    """The numbers by kind; the last of a kind that was sent twice counts."""
    return {str(row["kind"]): int(row["free"]) for row in given["free"] if row["free"] is not None}
