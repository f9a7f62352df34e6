"""What became of a paper is told from what the server itself has seen, and of nobody by name."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from sqlalchemy import ColumnElement, select, update

from service.exchange.delivery import rules
from service.exchange.delivery.rules import DeliveryState, DeliveryWay, Sending
from service.exchange.filing.models import Filing
from service.platform.notices.models import Notice
from service.platform.work import leases
from service.reporting.statements.models import Statement
from service.reporting.statements.operations import about
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.support.world import HERE, THERE, World
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, askers

AT = dt.datetime(2026, 11, 6, 14, tzinfo=dt.UTC)
ARRIVED, WAITS, GIVEN_UP = Sending("done", AT), Sending("due", None), Sending("failed", None)


@pytest.mark.parametrize(
    ("sendings", "state", "done"),
    [
        ([], DeliveryState.NONE, 0),
        ([ARRIVED], DeliveryState.DONE, 1),
        ([ARRIVED, WAITS, GIVEN_UP], DeliveryState.WAITING, 1),
        ([ARRIVED, GIVEN_UP], DeliveryState.PARTLY, 1),
        ([GIVEN_UP, GIVEN_UP], DeliveryState.FAILED, 0),
    ],
)
def test_how_far_what_is_sent_has_come(sendings: list[Sending], state: DeliveryState, done: int) -> None:
    found = rules.sent(DeliveryWay.MAIL, sendings)
    assert (found.state, found.done, found.of, found.at) == (state, done, len(sendings), AT if done else None)


def test_the_last_to_arrive_is_the_one_that_is_told() -> None:
    later = Sending("done", AT + dt.timedelta(hours=1))
    assert rules.sent(DeliveryWay.SYSTEM, [later, ARRIVED]).at == later.sent_at


def way(page: str, name: str) -> str:
    """What stands beside a way in the table of the page."""
    rows = [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in page.split("<tr")]
    return next(row.partition(name)[2].strip() for row in rows if name in row)


def test_mail_reading_file_and_systems_are_told_as_they_come(app: Flask, world: World) -> None:
    people = askers(app, world)
    document_id = world.here.statement_document
    address = f"/kommuner/{HERE}/papirer/{document_id}/levering"
    assert people[MANAGER].ask("GET", address).status_code == 404, "it is DRC's"
    assert people[CONSULTANT].ask("GET", address.replace(HERE, THERE)).status_code == 404

    def given(model: type, condition: ColumnElement[bool], **values: object) -> None:
        with app.app_context(), acting_for(clock([HERE])), transaction():
            db.session.execute(update(model).where(condition).values(**values))

    read = "Læst af nogen i kommunen"
    assert way(people[SECRETARIAT].ask("GET", address).text, read).startswith("Intet endnu")
    with app.app_context(), acting_for(clock([HERE])), transaction():
        statement = db.session.scalars(select(Statement).where(Statement.document_id == document_id)).one()
        mail, ids = (
            about(statement),
            list(db.session.scalars(select(Notice.id).where(Notice.about == about(statement)))),
        )
        db.session.add(
            Filing(municipality_code=HERE, document_id=document_id, recipient="journal@x.example", owed_at=now())
        )
    assert len(ids) > 1
    given(Notice, Notice.about == mail, work_state=leases.DONE, sent_at=AT)
    given(Notice, Notice.id == ids[0], work_state=leases.FAILED, sent_at=None)
    assert people[SECRETARIAT].ask("GET", f"/dokumenter/{document_id}").status_code == 200
    page = people[SECRETARIAT].ask("GET", address).text
    assert way(page, "Mail til kommunens medarbejdere").startswith(f"Opgivet delvist {len(ids) - 1} af {len(ids)}")
    assert way(page, read).startswith("Intet endnu"), "DRC's own reading is not the municipality's"
    assert way(page, "Mail til kommunens journal").startswith("I gang 0 af 1")
    assert people[MANAGER].ask("GET", f"/dokumenter/{document_id}").status_code == 200
    assert way(people[SECRETARIAT].ask("GET", address).text, read).startswith("Læst")
    assert "@" not in page.split("<table")[1].split("</table")[0], "nobody is named"
