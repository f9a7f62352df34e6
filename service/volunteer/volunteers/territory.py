"""A volunteer of another territory is opened for a reason, by whoever gives it and for half an hour.

A volunteer belongs where a group of theirs serves, and at home; one who belongs nowhere is everybody's. The secretariat serves the whole
country and needs no reason. The reason is an entry of the ledger, and that entry is itself what opens the volunteer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from enum import StrEnum
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from service.network.networks.rules import may_maintain
from service.platform.ledger.models import NationalLedgerEntry
from service.platform.ledger.operations import record
from service.platform.web.errors import Forbidden
from service.volunteer.volunteers import queries
from service.volunteer.volunteers.models import Volunteer
from tenants.calendar import day_of
from tenants.database import db, now
from tenants.reach import Office, present

ACT = "volunteer.reasoned"
OPEN = dt.timedelta(minutes=30)


class ReadReason(StrEnum):
    """Why somebody opens a volunteer of another territory."""

    CALLED = "called"  # the volunteer has called or written
    JOINS = "joins"  # the volunteer wants to help in the reader's territory
    DOUBLE = "double"  # it may be somebody whom the reader knows under another name
    ASKED = "asked"  # the consultant there has asked


REASONS = {
    ReadReason.CALLED: _l("The volunteer has called or written to me"),
    ReadReason.JOINS: _l("The volunteer wants to help in my territory"),
    ReadReason.DOUBLE: _l("It may be somebody whom I have entered myself"),
    ReadReason.ASKED: _l("The consultant there has asked me"),
}


class ReasonNeeded(Forbidden):
    """The volunteer belongs in another territory, and the reader has given no reason within the last half hour."""

    def __init__(self, volunteer_id: UUID) -> None:
        super().__init__(
            _("The volunteer belongs in another territory. Say why you open the page, and it is open for half an hour.")
        )
        self.whom = volunteer_id


def withheld(ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of some volunteers whom the present person may not open without a reason, or has given none for of late."""
    reach, belongs = present(), queries.codes_of(ids, day_of(now()))
    others = {key for key, codes in belongs.items() if not may_maintain(reach.codes, codes)}
    return frozenset(others - _reasoned(others)) if others and reach.office is Office.DRC else frozenset()


def _reasoned(ids: Collection[UUID]) -> set[UUID]:
    entry = NationalLedgerEntry
    subjects = {_name(key): key for key in ids}
    query = select(entry.subject).where(
        entry.subject.in_(subjects), entry.act == ACT, entry.person_id == present().person_id, entry.at > now() - OPEN
    )
    return {subjects[subject] for subject in db.session.scalars(query)}


def opened(volunteer_id: UUID) -> Volunteer:
    """The volunteer, for whoever may see all that is recorded. Raises NotFound, and ReasonNeeded."""
    row = queries.volunteer(volunteer_id)
    if withheld([row.id]):
        raise ReasonNeeded(row.id)
    return row


def give_reason(volunteer_id: UUID, why: ReadReason) -> None:
    """Open a volunteer of another territory to the present person for half an hour. Raises NotFound."""
    row = queries.volunteer(volunteer_id)
    record(ACT, _name(row.id), reason=why.value)


def _name(volunteer_id: UUID) -> str:
    return f"volunteer:{volunteer_id}"
