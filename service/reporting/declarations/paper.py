"""The declaration as a paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from service.activity.activities.disclosure import K
from service.platform.documents.paper import Paper, Table
from service.platform.documents.rules import PaperKind
from service.reporting.declarations import rules

TEMPLATE, VERSION = "declaration.html", "2"


def facts(
    *,
    official_name: str,
    group: str,
    year: int,
    states: Mapping[str, Any],
    confirmed_on: dt.date,
    fewest_shown: int = K,
) -> dict[str, Any]:
    """All that the declaration says, as JSON values."""
    return {
        "municipality": official_name,
        "fewest_shown": fewest_shown,
        "group": group,
        "year": year,
        "day": rules.last_day(year).isoformat(),
        "states": dict(states),
        "sentence": rules.sentence(dict(states), year),
        "rows": [list(line) for line in rules.lines(dict(states))],
        "confirmed_on": confirmed_on.isoformat(),
    }


def paper(frozen: Mapping[str, Any], number: str, issued_on: dt.date) -> Paper:
    """The paper of frozen facts."""
    return Paper(
        kind=PaperKind.DECLARATION,
        template=TEMPLATE,
        template_version=VERSION,
        title=f"Erklæring om børneattester {frozen['year']}, {frozen['group']}",
        subject=f"Børneattester {frozen['year']}",
        document_number=number,
        issued_on=issued_on,
        facts=frozen,
        tables=(Table("boerneattester", ("Oplysning", "Værdi"), tuple(tuple(row) for row in frozen["rows"])),),
    )
