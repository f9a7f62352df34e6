"""What was offered and came to nothing is a draft again, with all that was in it; what was concluded gives the draft of the next term."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from service.partnership.agreements import offering, operations, queries
from service.partnership.partnerships import operations as partnerships
from service.partnership.partnerships import queries as drafts
from service.platform.web.errors import Conflict, Refusal
from tenants.reach import Office
from tenants.scope import Scope
from tests.partnership.agreements.test_notice import acting
from tests.support.pages import token_of
from tests.support.world import World, sign_in

pytestmark = pytest.mark.usefixtures("app")


def drafted(app: Flask, code: str) -> Scope | None:
    """The scope of the municipality's draft."""
    with acting(app, code):
        found = drafts.draft(code)
        return Scope.from_plain(found.stored_scope) if found and found.stored_scope else None


def offered(app: Flask, world: World) -> Scope:
    """What is offered to `here`, whose draft is out of the way."""
    with acting(app, world.here.code, world.secretariat, Office.DRC):
        partnerships.discard(world.here.code)
        return Scope.from_plain(queries.agreement(world.here.offered).stored_scope)


def test_what_is_withdrawn_is_a_draft_again(app: Flask, world: World) -> None:
    here, scope = world.here, offered(app, world)
    with acting(app, here.code, world.secretariat, Office.DRC):
        operations.withdraw(here.offered, world.secretariat, "Beløbet skal rettes.")
    assert drafted(app, here.code) == scope


def test_a_draft_that_is_there_is_not_written_over(app: Flask, world: World) -> None:
    here = world.here
    before = drafted(app, here.code)
    assert before is not None
    with acting(app, here.code, world.secretariat, Office.DRC):
        operations.withdraw(here.offered, world.secretariat, "Beløbet skal rettes.")
    assert drafted(app, here.code) == before
    with pytest.raises(Conflict), acting(app, here.code, world.secretariat, Office.DRC):
        offering.draft_again(here.offered, world.secretariat)


def test_what_was_declined_is_made_a_draft_on_its_page(app: Flask, world: World) -> None:
    here, scope = world.here, offered(app, world)
    with pytest.raises(Refusal), acting(app, here.code, world.secretariat, Office.DRC):
        offering.draft_again(here.offered, world.secretariat)  # it still waits for an answer
    with acting(app, here.code, here.manager, Office.MUNICIPALITY):
        operations.decline(here.offered, here.manager, "Beløbet er for stort.")
    client = sign_in(app.test_client(), "konsulent@drc.example")
    address = f"/kommuner/{here.code}/aftaler/{here.offered}"
    page = client.get(address).text
    assert client.post(f"{address}/udkast", data={"csrf_token": token_of(page)}).status_code == 302
    assert drafted(app, here.code) == scope


def test_the_next_term_is_drafted_from_the_one_in_force(app: Flask, world: World) -> None:
    here = world.here
    offered(app, world)
    with acting(app, here.code, world.secretariat, Office.DRC):
        now_in_force = queries.agreement(here.agreement)
        scope = Scope.from_plain(now_in_force.stored_scope)
        offering.draft_again(here.agreement, world.secretariat)
    follows = drafted(app, here.code)
    assert follows is not None, "whole: it can be offered as it stands"
    assert follows.starts_on == scope.ends_on + dt.timedelta(days=1)
    assert len(follows.activities) == len(scope.activities)
