"""A paper of a year, made of its frozen facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from service.platform.documents.paper import Paper
from service.reporting.years.kinds import KINDS, YearKind
from service.reporting.years.tables import tables

VERSION = "1"


def paper(frozen: Mapping[str, Any], number: str, issued_on: dt.date, revision: int = 1) -> Paper:
    """The paper of frozen facts."""
    kind = KINDS[YearKind(frozen["kind"])]
    edition = f", udgave {revision}" if revision > 1 else ""
    return Paper(
        kind=kind.paper,
        template=kind.template,
        template_version=VERSION,
        title=f"{kind.title} for {frozen['municipality']}, {frozen['span']}{edition}",
        subject=f"{kind.title} {frozen['span']}{edition}",
        document_number=number,
        issued_on=issued_on,
        facts=frozen,
        tables=tables(frozen),
        revision=revision,
        supersedes=frozen["edition"]["former"] if frozen["edition"] else None,
    )
