"""What is due is told to whom it concerns, once, and without a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from service.certificates import operations
from service.certificates.rules import renewal
from service.notices.models import Notice
from service.volunteers import operations as volunteers
from service.volunteers.rules import Children
from tenants.calendar import day_of
from tenants.database import db, now
from tests.support.world import HERE, THERE, World
from tests.volunteers.conftest import group, person

Act = Callable[[], Any]


def test_a_verification_holds_two_years_on_any_day() -> None:
    assert renewal(dt.date(2026, 11, 24)) == dt.date(2028, 11, 24)
    assert renewal(dt.date(2024, 2, 29)) == dt.date(2026, 2, 28)


def mails() -> list[tuple[str, str]]:
    rows = db.session.scalars(select(Notice).where(Notice.about.startswith("certificates:")).order_by(Notice.recipient))
    return [(row.recipient, row.subject) for row in rows]


def test_a_consultant_is_told_once_of_what_is_due(world: World, everywhere: Act) -> None:
    today = day_of(now())
    with everywhere():
        here, there = (group(f"Lektiecafé {code}", code, themes={"homework_help"}) for code in (HERE, THERE))
        keys = [person(f"Kanariegul {number}", HERE) for number in range(3)]
        keys += [person("Kanariegul over grænsen", THERE)]
        for number, key in enumerate(keys):
            seen = operations.verify(key, today)
            group_id = here if number < 3 else there
            volunteers.start_role(key, {"group_id": group_id, "role": "member", "children": Children.AS_GROUP})
            if number != 2:  # the third is valid: nobody is told of it
                operations.take_back(key, seen.id)
        operations.verify(keys[1], today, today + dt.timedelta(days=20))
        assert operations.remind() == 3
        # The consultant has the territory of HERE; of THERE, which nobody has, the secretariat is told.
        assert mails() == [
            ("konsulent@drc.example", "2 børneattester skal ses efter"),
            ("sekretariat@drc.example", "1 børneattest skal ses efter"),
        ]
    with everywhere():
        assert operations.remind() == 0, "once"
        operations.verify(keys[0], today, today + dt.timedelta(days=10))
        assert operations.remind() == 1, "another reason is told of"
        assert operations.remind() == 0
        assert len(mails()) == 3
        for row in db.session.scalars(select(Notice)):
            assert "kanariegul" not in (row.subject + row.body).lower(), "no mail names a volunteer"
