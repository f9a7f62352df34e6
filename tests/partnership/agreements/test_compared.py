"""Two agreements of a municipality held against each other, as a page and in the API."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask

from tests.api.conftest import Program
from tests.support.forms import forms_of
from tests.support.world import World, key_of, sign_in

pytestmark = pytest.mark.usefixtures("app")


def test_what_was_offered_is_held_against_what_is_in_force(app: Flask, world: World) -> None:
    """Both parties read the same: an activity that goes, the money, what is underlined and struck through, said in words too."""
    here = world.here
    agreement = f"/kommuner/{here.code}/aftaler/{here.offered}"
    for email in (
        f"leder.{here.code}@kommune.example",
        f"medarbejder.{here.code}@kommune.example",
        "konsulent@drc.example",
    ):
        reader = sign_in(app.test_client(), email)
        assert f'href="{agreement}/forskelle"' in reader.get(agreement).text
        page = reader.get(f"{agreement}/forskelle").text
        assert "Sprogcafé, Medborgerhuset" in page
        assert "100.000 kr. mindre" in page
        assert '<del><span class="sr-only">slettet: </span>' in page
        assert '<ins><span class="sr-only">tilføjet: </span>' in page
        assert 'href="#punkt-payment"' in page
        assert 'id="punkt-payment"' in page
    assert f'href="{agreement}/forskelle"' not in reader.get(f"/kommuner/{here.code}/aftaler/{here.agreement}").text
    assert reader.get(f"/kommuner/{here.code}/aftaler/{here.agreement}/forskelle").status_code == 404, "none before it"


def test_any_other_agreement_of_the_municipality_can_be_chosen_and_no_neighbours(app: Flask, world: World) -> None:
    here = world.here
    page = f"/kommuner/{here.code}/aftaler/{here.agreement}/forskelle"
    reader = sign_in(app.test_client(), "sekretariat@drc.example")
    assert reader.get(f"{page}?fra={here.offered}").status_code == 200
    for other in (world.there.offered, uuid4(), "x"):
        assert reader.get(f"{page}?fra={other}").status_code == 404


def test_a_program_reads_the_difference_too(app: Flask, world: World) -> None:
    here = world.here
    with app.app_context():
        program = Program(app.test_client(), key_of(here.staff))
    told = program.read(f"/agreements/{here.offered}/difference")
    assert told["before"]["id"] == str(here.agreement)
    assert told["after"]["id"] == str(here.offered)
    assert len(told["sha256"]) == 64
    changes = {(each["path"], each["kind"]) for each in told["changes"]}
    assert ("payment.legal_basis", "changed") in changes
    assert ("activities", "removed") in changes
    term = next(each for each in told["clauses"] if each["key"] == "term")
    assert {part["kind"] for line in term["lines"] for part in line["parts"]} == {"same", "added", "removed"}
    back = program.read(f"/agreements/{here.agreement}/difference?before={here.offered}")
    assert back["before"]["id"] == str(here.offered)


def test_an_approval_is_of_the_difference_that_was_shown(app: Flask, world: World) -> None:
    """A page says which it showed, and another is refused; a program that says none is taken as before, and one that does is held to it."""
    here = world.here
    page = f"/kommuner/{here.code}/aftaler/{here.offered}"
    manager = sign_in(app.test_client(), f"leder.{here.code}@kommune.example")
    form = next(form for form in forms_of(manager.get(page).text) if form.action.endswith("/godkend"))
    shown = form.sends["difference_sha256"]
    for other in ("", "0" * 64):
        answer = manager.post(form.action, data={**form.sends, "consent": "1", "difference_sha256": other})
        assert answer.status_code == 422
        assert "Læs det igen" in answer.text
    assert manager.post(form.action, data={**form.sends, "consent": "1"}).status_code == 302
    with app.app_context():
        program = Program(app.test_client(), key_of(world.secretariat))
    assert program.read(f"/agreements/{here.offered}/difference")["sha256"] == shown
    approval = {"sha256": form.sends["sha256"], "difference_sha256": "0" * 64}
    refused = program.post(f"/agreements/{here.offered}/approve", approval)
    assert refused.status_code == 422
    assert "difference_sha256" in refused.get_json()["errors"]
    approval.pop("difference_sha256")
    done = program.post(f"/agreements/{here.offered}/approve", approval)
    assert [each["difference_sha256"] for each in done.get_json()["decisions"]] == [None, shown, None]
