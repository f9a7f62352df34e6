"""Forget a volunteer. What can be found goes in one transaction; the ledger tells that it was done, and no words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete, update

from service.platform.feature import features
from service.platform.keeping import Ending, Somebody, Trace
from service.platform.ledger.operations import record
from service.platform.web.versions import WHATEVER, Seen
from service.volunteer.forgetting import queries
from service.volunteer.forgetting.rules import ForgottenWhy
from service.volunteer.volunteers import operations as volunteers
from service.volunteer.volunteers import queries as volunteer_queries
from service.volunteer.volunteers.rules import VolunteerStatus
from tenants.database import db

log = structlog.get_logger()


def forget(volunteer_id: UUID, why: ForgottenWhy, seen: Seen = WHATEVER) -> int:
    """Forget a volunteer: as `queries.plan` says. Returns how many rows were removed or emptied; there is no way back.

    Roles, and what the person was and when, stay for the figures. Raises NotFound, also for one who was forgotten already, Refusal for
    another's volunteer, and Changed where the person is not as the plan showed them.
    """
    row = volunteers.maintained(volunteer_id)
    seen.still(volunteer_queries.as_sent(row))
    who = queries.somebody(row)
    if row.status != VolunteerStatus.LEFT:
        volunteers.set_status(volunteer_id, VolunteerStatus.LEFT)
    count = sum(_carry_out(each, who) for each in features().traces)
    db.session.expire_all()
    record("volunteer.forgotten", f"volunteer:{volunteer_id}", reason=why.value, entries=len(who.ids), rows=count)
    log.info(
        "volunteer_forgotten", volunteer=str(volunteer_id)
    )  # after a backup was put back, it is done again by this
    return count


def _carry_out(trace: Trace, who: Somebody) -> int:
    rows = trace.of(who)
    if trace.ending is Ending.REMOVED:
        return _changed(delete(trace.model).where(rows))
    return _changed(update(trace.model).where(rows).values(trace.blanked)) if trace.blanked else 0


def _changed(statement: Any) -> int:
    done = db.session.execute(statement.execution_options(synchronize_session=False))
    return int(done.rowcount)  # type: ignore[attr-defined]
