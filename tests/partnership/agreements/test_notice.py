"""Notice is given, or another agreement follows: who must know is told, and all that says how long says the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from service.desk.monday import queries as monday
from service.partnership.agreements import ending, letters, operations, queries
from service.partnership.agreements.rules import Party
from service.partnership.agreements.validity import End
from service.platform.documents import queries as papers
from service.platform.notices.models import Notice
from service.platform.web.errors import Refusal
from tenants import periods
from tenants.acting import acting_for
from tenants.calendar import day_of, first_of, month_after
from tenants.database import db, now, transaction
from tenants.reach import Office, Reach
from tests.support.world import World, key_of, sign_in

pytestmark = pytest.mark.usefixtures("app")
MANAGER, SECRETARIAT, CONSULTANT = "leder.0580@kommune.example", "sekretariat@drc.example", "konsulent@drc.example"


@contextmanager
def acting(app: Flask, code: str, who: UUID | None = None, office: Office = Office.CLOCK) -> Iterator[None]:
    """Act in a municipality, in a context of one's own."""
    with app.app_context(), acting_for(Reach(office, frozenset({code}), who)), transaction():
        yield


@pytest.fixture
def last(app: Flask, world: World) -> dt.date:
    """The last day, after the municipality's manager has given notice."""
    here = world.here
    with acting(app, here.code, here.manager, Office.MUNICIPALITY):
        ending.terminate(here.agreement, Party.MUNICIPALITY, here.manager, "Kommunen omlægger indsatsen.")
    return month_after(first_of(day_of(now())), 4) - dt.timedelta(days=1)


def in_danish(day: dt.date) -> str:
    """A day as pages say it."""
    months = [
        "januar",
        "februar",
        "marts",
        "april",
        "maj",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "december",
    ]
    return f"{day.day}. {months[day.month - 1]} {day.year}"


def told_by(app: Flask, world: World) -> dict[str, str]:
    """What says how long the agreement in force runs: its page, the list, the start page, DRC's list."""
    start = f"/kommuner/{world.here.code}"
    manager, drc = sign_in(app.test_client(), MANAGER), sign_in(app.test_client(), SECRETARIAT)
    return {
        "page": manager.get(f"{start}/aftaler/{world.here.agreement}").text,
        "list": manager.get(f"{start}/aftaler").text,
        "start": manager.get(start).text,
        "all": drc.get("/kommuner").text,
    }


def test_every_page_and_the_api_say_the_same_of_an_agreement_under_notice(
    app: Flask, world: World, last: dt.date
) -> None:
    for where, text in told_by(app, world).items():
        assert in_danish(last) in text, where
        assert where == "all" or f"Opsagt, slutter {in_danish(last)}" in text, where
    with app.app_context():
        key = key_of(world.here.manager)
    found = app.test_client().get(
        f"/api/v1/agreements/{world.here.agreement}", headers={"Authorization": f"Bearer {key}"}
    )
    assert found.json
    assert found.json["validity"] == {
        "stage": "in_force",
        "last_day": last.isoformat(),
        "end": "notice",
        "last_notice_day": None,
        "successor": None,
        "archived": False,
    }


def test_everybody_who_must_know_of_a_notice_is_told_once(app: Flask, world: World, last: dt.date) -> None:
    for _twice in range(2):
        with app.app_context():
            letters.tell(world.here.code, world.here.agreement)
    with acting(app, world.here.code):
        about = Notice.about == f"agreement:{world.here.agreement}:terminated"
        told = db.session.scalars(select(Notice.recipient).where(about)).all()
    assert sorted(told) == sorted((MANAGER, SECRETARIAT, CONSULTANT))


def test_a_notice_stands_on_the_monday_list_until_something_follows(app: Flask, world: World, last: dt.date) -> None:
    def listed(day: dt.date) -> set[str]:
        with app.app_context(), acting_for(Reach(Office.CLOCK, frozenset({world.here.code}), None)), transaction():
            kinds = {one.kind for one in monday.gathered({world.here.code}, day)}
        return kinds & {"noticed", "endings"}

    here = world.here
    with acting(app, here.code, world.secretariat, Office.DRC):
        operations.withdraw(here.offered, world.secretariat, "Vi venter, til vi ved mere.")
    assert listed(day_of(now())) == {"noticed"}
    assert listed(last) == {"noticed"}, "and not as one that just runs out as well"
    assert listed(last + dt.timedelta(days=1)) == set()


def test_control_while_another_is_offered_nobody_need_be_reminded(app: Flask, world: World, last: dt.date) -> None:
    with app.app_context(), acting_for(Reach(Office.CLOCK, frozenset({world.here.code}), None)), transaction():
        assert "noticed" not in {one.kind for one in monday.gathered({world.here.code}, day_of(now()))}


def test_an_agreement_whose_place_another_takes_says_when_and_which(app: Flask, world: World) -> None:
    here = world.here
    with acting(app, here.code):
        paper = papers.document(queries.agreement(here.offered).document_id or here.offered)
        assert paper
    for party, who, office in (
        (Party.MUNICIPALITY, here.manager, Office.MUNICIPALITY),
        (Party.DRC, world.secretariat, Office.DRC),
    ):
        with acting(app, here.code, who, office):
            operations.approve(here.offered, party, who, paper.sha256)
    with acting(app, here.code):
        follows = queries.agreement(here.offered)
        found = queries.validities([queries.agreement(here.agreement)], day_of(now()))[here.agreement]
        assert found.end is End.FOLLOWED
        assert found.last_day == follows.starts_on - dt.timedelta(days=1)
        assert found.successor
        assert found.successor.number == follows.number
        for day in (found.last_day, follows.starts_on):
            period = periods.in_force(here.code, day)
            assert period
            assert (period.agreement_id == here.agreement) is (day == found.last_day)
        said = (in_danish(follows.starts_on), follows.number)
    assert f"{said[0]} af {said[1]}" in told_by(app, world)["list"]


def test_what_has_ended_cannot_be_given_notice_of(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    here = world.here
    with acting(app, here.code):
        ended = queries.agreement(here.agreement).ends_on + dt.timedelta(days=1)
    monkeypatch.setattr(ending, "now", lambda: dt.datetime.combine(ended, dt.time(12), dt.UTC))
    with pytest.raises(Refusal), acting(app, here.code, here.manager, Office.MUNICIPALITY):
        ending.terminate(here.agreement, Party.MUNICIPALITY, here.manager, "For sent er det.")
    monkeypatch.undo()
    with acting(app, here.code, here.manager, Office.MUNICIPALITY):
        ending.terminate(here.agreement, Party.MUNICIPALITY, here.manager, "I tide er det.")
