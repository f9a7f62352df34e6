"""Reads of which groups a month's statements wait for, and how many have reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from itertools import groupby

from sqlalchemy import select

from service.activity.activities import totals
from service.activity.checkins import queries as checkins
from service.activity.checkins.rules import GroupAnswer
from service.network.shares import queries as shares
from service.partnership.catalogue.queries import kinds
from service.reporting.statements import closing
from service.reporting.statements.closing import Reported
from tenants.calendar import month_after
from tenants.database import db
from tenants.models import ScopePeriod
from tenants.scope import Capability


def answers(month: dt.date, codes: Collection[str]) -> dict[str, list[GroupAnswer]]:
    """The groups whose activities the scopes of a month cover, and what they have told of it, by municipality: those that have any."""
    found = {
        code: list(mine) for code, mine in groupby(checkins.answers(month, codes), lambda one: one.municipality_code)
    }
    rows = db.session.scalars(
        select(ScopePeriod).where(
            ScopePeriod.municipality_code.in_(found),
            ScopePeriod.valid_from < month_after(month),
            ScopePeriod.valid_to > month,
        )
    ).all()
    included = {
        code: totals.included([row for row in rows if row.municipality_code == code], [month])[month] for code in found
    }
    covered = {code: closing.covered(mine, included[code]) for code, mine in found.items()}
    return {code: mine for code, mine in covered.items() if mine}


def awaited(month: dt.date, codes: Collection[str]) -> frozenset[str]:
    """Those of the municipalities in which a group has not told all of a month yet."""
    return frozenset(code for code, mine in answers(month, codes).items() if not all(each.whole for each in mine))


def reported(code: str, month: dt.date, capabilities: Collection[Capability], today: dt.date) -> Reported | None:
    """How many of a municipality's groups have reported, with the names of those that it sees today; None where none owes anything.

    `capabilities` are what its scope opens, as what it sees follows from that.
    """
    mine, seen = answers(month, [code]).get(code, []), frozenset(shares.in_sight(code, capabilities, today))
    return closing.reported(mine, seen, {kind.code: kind.da for kind in kinds().values()})
