"""Bring the list of what is due up to date, mark a duty as done, and take that back."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from service.partnership.duties import queries, rules
from service.partnership.duties.models import DutyList, OwedDuty
from service.partnership.duties.rules import DutySide
from service.platform.ledger.operations import record
from service.platform.rounds.queries import left_alone
from service.platform.web.errors import Conflict, Invalid, NotFound
from service.platform.work.waking import Wakeup
from tenants.calendar import day_of
from tenants.database import db, now, uuid7
from tenants.models import ScopePeriod

JOB, STEP = "service.duties.jobs.bring_up", "duties.bring_up"


def wakeups() -> list[Wakeup]:
    """A wakeup for each municipality within reach whose list is behind, unless it is set aside."""
    waiting = left_alone(STEP)
    return [Wakeup(JOB, (code,)) for code in queries.behind(day_of(now())) if code not in waiting]


def bring_up(code: str, today: dt.date) -> int:
    """Put into the list what a municipality's agreement in force asks within a year, and take out what the next one asks instead.

    What is due after an end that nothing follows stays, and has fallen away: should the agreement run longer again, it is asked for again.

    Harmless to repeat. Returns how many duties were new.
    """
    return sum(_bring_up(period, today) for period in queries.periods_behind(code, today))


def _bring_up(period: ScopePeriod, today: dt.date) -> int:
    code, after = period.municipality_code, min(period.valid_to, today + queries.AHEAD)
    of_agreement = (OwedDuty.municipality_code == code) & (OwedDuty.agreement_id == period.agreement_id)
    taken_over = select(ScopePeriod.id).where(
        ScopePeriod.municipality_code == code,
        ScopePeriod.valid_from >= period.valid_to,
        ScopePeriod.valid_from <= OwedDuty.due_on,
    )
    db.session.execute(delete(OwedDuty).where(of_agreement, OwedDuty.done_on.is_(None), taken_over.exists()))
    concluded = queries.concluded_at(code, period.agreement_id)
    # What was due before anybody had agreed to it, as in an agreement that was carried over, was never owed.
    since = max(period.valid_from, day_of(concluded) if concluded else period.valid_from)
    rows = [
        {
            "municipality_code": code,
            "id": uuid7(),
            "agreement_id": period.agreement_id,
            "side": one.side.value,
            "kind": one.kind.value,
            "title": one.title,
            "due_on": one.due_on,
        }
        for one in rules.owed(period.scope)
        if since <= one.due_on < after
    ]
    added = 0
    if rows:
        added = len(
            db.session.scalars(
                insert(OwedDuty)
                .on_conflict_do_nothing(index_elements=["municipality_code", "agreement_id", "side", "title", "due_on"])
                .returning(OwedDuty.id),
                rows,
            ).all()
        )
    db.session.execute(
        insert(DutyList)
        .values(municipality_code=code, id=uuid7(), agreement_id=period.agreement_id, made_to=after)
        .on_conflict_do_update(index_elements=["municipality_code", "agreement_id"], set_={"made_to": after})
    )
    return added


def mark_done(
    duty_id: UUID,
    party: DutySide,
    person_id: UUID,
    *,
    done_on: dt.date | None = None,
    remark: str = "",
    code: str | None = None,
) -> OwedDuty:
    """Say for a party that a duty was done, today when no day is given.

    Raises NotFound for one that is not the party's to mark, Invalid for a day to come, and Conflict when it is done already.
    """
    row, today = _theirs(duty_id, party, code), day_of(now())
    if row.done_on is not None:
        raise Conflict(_("It has been marked as done already. Load the page again."))
    if done_on is not None and done_on > today:
        raise Invalid({"done_on": [_("The day has not come yet.")]})
    row.done_on, row.done_party, row.done_by, row.remark = done_on or today, party, person_id, remark
    record("duty.done", f"duty:{row.id}", row.municipality_code, party=party, due_on=row.due_on.isoformat())
    return row


def take_back(duty_id: UUID, party: DutySide, code: str | None = None) -> OwedDuty:
    """A duty that was marked as done was not: it is owed again. Raises NotFound, and Conflict when it is not marked."""
    row = _theirs(duty_id, party, code)
    if row.done_on is None:
        raise Conflict(_("It is not marked as done. Load the page again."))
    row.done_on, row.done_party, row.done_by, row.remark = None, None, None, ""
    record("duty.taken_back", f"duty:{row.id}", row.municipality_code, party=party, due_on=row.due_on.isoformat())
    return row


def _theirs(duty_id: UUID, party: DutySide, code: str | None) -> OwedDuty:
    row = queries.duty(duty_id, code, lock=True)
    if not rules.may_mark(party, DutySide(row.side)):
        raise NotFound
    return row
