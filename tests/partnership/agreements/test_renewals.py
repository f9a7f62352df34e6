"""The round of renewals: whose agreements are in it, drafts of the next term, and offers of what was seen, each by itself."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.partnership.agreements import ending, offering, operations, queries, renewals
from service.partnership.agreements.rules import Party
from service.partnership.partnerships import operations as partnerships
from service.partnership.partnerships import queries as drafts
from service.partnership.partnerships.renewal import renewed
from service.platform.web.errors import Refusal
from tenants.acting import acting_for
from tenants.database import transaction
from tenants.reach import Office, Reach
from tenants.scope import Scope
from tests.partnership.agreements.test_notice import CONSULTANT, SECRETARIAT, acting
from tests.support.counting import counted
from tests.support.forms import forms_of
from tests.support.wakeups import woken
from tests.support.world import HERE, THERE, World, sign_in

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def ends(app: Flask, world: World) -> dt.date:
    """The last day of both municipalities' agreements in force. Nothing is drafted or offered to follow."""
    for place in (world.here, world.there):
        with acting(app, place.code, world.secretariat, Office.DRC):
            operations.withdraw(place.offered, world.secretariat, "Vi venter, til vi ved mere.")
            partnerships.discard(place.code)
    with acting(app, HERE):
        return queries.agreement(world.here.agreement).ends_on


def of(ends: dt.date, stage: str) -> str:
    return f"/fornyelser?slutter={ends}&trin={stage}"


def press(client: FlaskClient, page: str, action: str, *codes: str) -> str:
    """Tick municipalities on a page and send its form: the text of the page that follows."""
    form = next(form for form in forms_of(client.get(page).text) if form.action.endswith(action))
    return client.post(
        form.action, data={**form.sends, **{f"chosen-{code}": "1" for code in codes}}, follow_redirects=True
    ).text


def drafted(app: Flask, code: str) -> Scope | None:
    with acting(app, code):
        found = drafts.draft(code)
        return Scope.from_plain(found.stored_scope) if found and found.stored_scope else None


def test_the_round_holds_what_runs_out_with_nothing_to_follow(app: Flask, world: World, ends: dt.date) -> None:
    client, consultant = (sign_in(app.test_client(), who) for who in (SECRETARIAT, CONSULTANT))
    page = of(ends, "uden-udkast")
    assert {f"chosen-{code}" for code in (HERE, THERE) if f"chosen-{code}" in client.get(page).text} == {
        f"chosen-{HERE}",
        f"chosen-{THERE}",
    }
    assert f"chosen-{THERE}" not in consultant.get(page).text, "a consultant has a territory"
    assert "chosen-" not in client.get(of(ends - dt.timedelta(days=1), "uden-udkast")).text
    assert client.get("/fornyelser?slutter=i+morgen").status_code == 200
    here = world.here
    with acting(app, HERE, here.manager, Office.MUNICIPALITY):
        ending.terminate(here.agreement, Party.MUNICIPALITY, here.manager, "Kommunen omlægger indsatsen.")
    assert f"chosen-{HERE}" not in client.get(page).text


def test_those_chosen_are_drafted_and_offered_as_they_were_seen(app: Flask, world: World, ends: dt.date) -> None:
    client = sign_in(app.test_client(), SECRETARIAT)
    text = press(client, of(ends, "uden-udkast"), "/udkast", HERE, THERE)
    assert "2 udkast er lavet" in text
    with acting(app, HERE):
        now_in_force = Scope.from_plain(queries.agreement(world.here.agreement).stored_scope)
    assert drafted(app, HERE) == renewed(now_in_force, ends + dt.timedelta(days=1))
    assert text.count("Datoer flyttet") == 6, "the term, the activities and the instalments of both"
    assert "seen-0580" in text
    page = client.get(of(ends, "udkast")).text
    form = next(form for form in forms_of(page) if form.action.endswith("/tilbud"))
    with acting(app, THERE, world.secretariat, Office.DRC):
        found = drafts.draft(THERE)
        assert found
        scope = Scope.from_plain(found.stored_scope or {})
        partnerships.discard(THERE)
        partnerships.draft_of(THERE, renewed(scope, scope.starts_on + dt.timedelta(days=31)), world.secretariat)
    sent = {**form.sends, f"chosen-{HERE}": "1", f"chosen-{THERE}": "1"}
    text = client.post(form.action, data=sent, follow_redirects=True).text
    assert "Én aftale er tilbudt" in text
    assert "Tønder Kommune: Udkastet er ændret, siden du så det" in text
    with acting(app, HERE):
        made = queries.open_one(HERE)
        assert made
        assert made.starts_on == ends + dt.timedelta(days=1)
    with app.app_context():
        assert (offering.PAPER, (HERE, str(made.id))) in woken(), (
            "and a worker is woken, although another part was taken back"
        )
    with acting(app, THERE):
        assert queries.open_one(THERE) is None
    assert drafted(app, THERE) is not None, "the draft that changed is still there"


def test_a_page_costs_the_same_however_many_stand_on_it(app: Flask, world: World, ends: dt.date) -> None:
    client, consultant = (sign_in(app.test_client(), who) for who in (SECRETARIAT, CONSULTANT))
    press(client, of(ends, "uden-udkast"), "/udkast", HERE, THERE)
    with counted(app) as two:
        assert client.get(of(ends, "udkast")).text.count("seen-") == 2
    with counted(app) as one:
        assert consultant.get(of(ends, "udkast")).text.count("seen-") == 1
    assert len(one) == len(two) <= 8


def test_what_cannot_be_done_is_told_and_stops_no_other(app: Flask, world: World, ends: dt.date) -> None:
    with acting(app, HERE, world.secretariat, Office.DRC):
        offering.draft_again(world.here.agreement, world.secretariat)
    reach = Reach(Office.DRC, frozenset({HERE, THERE}), world.secretariat)
    with app.app_context(), acting_for(reach), transaction():
        found = renewals.propose(reach.codes, world.secretariat)
    assert (found.done, list(found.refused)) == ((THERE,), [HERE])


def test_at_most_a_page_at_once(app: Flask, world: World) -> None:
    for codes in ([], [f"{number:04}" for number in range(renewals.MAX_CHOSEN + 1)]):
        with acting(app, HERE), pytest.raises(Refusal):
            renewals.propose(codes, world.secretariat)
