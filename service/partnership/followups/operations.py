"""DRC tells what was used of an earmark, or reached of a target."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _

from service.partnership.followups import queries, rules
from service.partnership.followups.models import FollowUp
from service.partnership.followups.rules import Followed, Subject
from service.partnership.followups.texts import FAULTS
from service.platform.ledger.operations import record
from service.platform.web.errors import Invalid
from tenants.calendar import day_of
from tenants.database import db, now, uuid7

AT_DAY = {rules.TellingFault.TO_COME, rules.TellingFault.BEFORE, rules.TellingFault.TOO_EARLY}


def tell(code: str, subject: Subject, amount: int, as_of: dt.date, words: str, person_id: UUID) -> Followed:
    """Tell of something that is agreed on in a municipality: what it was by a day, and where that is from. It holds until told anew.

    Raises Invalid for what is not agreed, a day or a number that cannot be told.
    """
    one = next((each for each in queries.followed(code) if each.subject == subject), None)
    if one is None:
        raise Invalid({"subject": [_("Choose one of what the agreement names.")]})
    fewest = current_app.extensions["settings"].fewest_shown
    wrong = rules.fault(one, amount, as_of, day_of(now()), fewest)
    if wrong is not None:
        told = str(FAULTS[wrong]) % {"most": max(rules.K, fewest) - 1, "least": max(rules.K, fewest)}
        raise Invalid({"as_of" if wrong in AT_DAY else "amount": [told]})
    row = FollowUp(
        municipality_code=code,
        id=uuid7(),
        kind=subject.kind,
        name=subject.name,
        year=subject.year,
        amount=amount,
        as_of=as_of,
        words=words,
        told_by=person_id,
        told_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    record("follow_up.told", f"follow_up:{row.id}", code, kind=subject.kind.value, year=subject.year)
    return next(each for each in queries.followed(code) if each.subject == subject)
