"""People of the demonstration who would like to volunteer: one who waits, one who was answered, one who changed their mind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from service.activity.interests import operations
from service.activity.interests.models import Interest
from service.activity.interests.texts import CONSENT
from tenants.database import db, now

WAITS, ANSWERED, WITHDRAWN = "0580", "0540", "0510"


def load(group_ids: Mapping[str, UUID]) -> None:
    """Put them in, as if they had confirmed by their mail, and let volunteers come of them."""
    group = group_ids["sprogbro"]
    waits = _confirmed("Mette Prøve", WAITS, group, 3)
    answered = _confirmed("Jonas Prøve", ANSWERED, group, 12)
    answered.answered_at = now() - dt.timedelta(days=9)
    withdrawn = _confirmed("Sofie Prøve", WITHDRAWN, None, 20)
    withdrawn.withdrawn_at = now() - dt.timedelta(days=18)
    db.session.add_all((waits, answered, withdrawn))
    db.session.flush()
    operations.take_in()


def _confirmed(name: str, code: str, group: UUID | None, days_ago: int) -> Interest:
    moment = now() - dt.timedelta(days=days_ago)
    return Interest(
        municipality_code=code,
        group_id=group,
        name=name,
        email=f"{name.split(maxsplit=1)[0].lower()}@interesseret.example",
        phone="00 30 01 00",
        themes=["language_cafe"],
        weekdays=["TU"],
        language="da",
        consent=str(CONSENT),
        asked_at=moment,
        sent_at=moment,
        confirmed_at=moment,
        work_state="done",
        due_from=moment,
    )
