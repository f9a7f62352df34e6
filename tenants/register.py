"""The register of the 98 municipalities, and Danish alphabetical order."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Sequence
from importlib import resources
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from tenants.database import db
from tenants.models import Municipality, RegionPeriod

CHRISTIANSOE = "0411"  # not a municipality: run by the state
EAST_DENMARK = dt.date(2027, 1, 1)  # Hovedstaden and Sjælland become Region Østdanmark
_LETTERS = str.maketrans({"æ": "\x7b", "ø": "\x7c", "å": "\x7d", "é": "e", "ü": "y", "ö": "\x7c", "ä": "\x7b"})


def danish_sort_key(name: str) -> str:
    """A key that sorts by plain bytes in Danish order: æ, ø, å come last, and aa is å (Aabenraa after Ærø)."""
    return re.sub("aa", "å", name.casefold()).translate(_LETTERS)


def load() -> int:
    """Bring the register up to the reviewed file and say how many municipalities it holds.

    Rows are added or corrected, never removed. Raises ValueError, before anything is written, when the file is not whole.
    """
    with resources.files("tenants").joinpath("data/municipalities.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    codes = {row["code"] for row in rows}
    if len(rows) != 98 or len(codes) != 98 or CHRISTIANSOE in codes:
        raise ValueError(f"the register must hold the 98 municipalities, the file has {len(codes)}")
    for row in rows:
        values = {
            "code": row["code"],
            "name": row["name"],
            "official_name": row["official_name"],
            "cvr": row["cvr"],
            "organisation_uuid": UUID(row["fk_organisation_uuid"]),
            "sort_key": danish_sort_key(row["name"]),
        }
        db.session.execute(
            insert(Municipality).values(values).on_conflict_do_update(index_elements=["code"], set_=values)
        )
        for valid_from, region in (
            (dt.date(2007, 1, 1), row["region_name"]),
            (EAST_DENMARK, row["region_name_from_2027_01_01"]),
        ):
            db.session.execute(
                insert(RegionPeriod)
                .values(municipality_code=row["code"], valid_from=valid_from, region_name=region)
                .on_conflict_do_update(index_elements=["municipality_code", "valid_from"], set_={"region_name": region})
            )
    return len(rows)


def municipalities() -> Sequence[Municipality]:
    """All municipalities in Danish order."""
    return db.session.scalars(select(Municipality).order_by(Municipality.sort_key)).all()


def municipality(code: str) -> Municipality | None:
    """The municipality with that code, or None."""
    return db.session.get(Municipality, code)


def all_codes() -> frozenset[str]:
    """The codes of all municipalities."""
    return frozenset(db.session.scalars(select(Municipality.code)))
