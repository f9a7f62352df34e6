"""Words that are looked for in what people read: where they stand, and the names of all the other municipalities."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Flask
from sqlalchemy import select

from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.models import Municipality
from tenants.reach import clock
from tests.support.world import HERE


def holding(texts: Mapping[str, str], pattern: str) -> list[str]:
    """Where something stands."""
    return sorted(address for address, text in texts.items() if re.search(pattern, text))


# Names of municipalities that are words of their own: the road, slice, otter, count, camps.
ORDINARY = {"Vejen", "Skive", "Odder", "Greve", "Lejre"}
# The Danish Refugee Council lives in Copenhagen: its address may stand on a paper.
OWN_ADDRESS = re.compile(r"\b(?:\d{4} )?København [KVØNS]\b")


def other_names(app: Flask) -> re.Pattern[str]:
    """The names of the 97 other municipalities as whole words; with "Kommune" after it where the name is a word of its own."""
    with app.app_context(), acting_for(clock()), transaction():
        names = [row.name for row in db.session.scalars(select(Municipality)) if row.code != HERE]
    assert len(names) == 97
    longest_first = sorted(names, key=len, reverse=True)
    words = "|".join(re.escape(name) + (" Kommune" if name in ORDINARY else "") for name in longest_first)
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")


def named(texts: Mapping[str, str], names: re.Pattern[str]) -> dict[str, str]:
    """Which names stand in the texts, and where."""
    return {name: address for address, text in texts.items() for name in names.findall(OWN_ADDRESS.sub("", text))}
