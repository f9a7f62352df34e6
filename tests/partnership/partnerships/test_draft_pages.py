"""A draft by its pages, as a browser without script sends them: part by part, by two at once, taken back, and with few fields."""

from __future__ import annotations

import datetime as dt
import html
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.partnership.partnerships import drafting, operations, queries
from service.partnership.partnerships.following import divided
from service.partnership.partnerships.parts import DraftPart, held
from service.partnership.partnerships.renewal import renewed
from service.partnership.partnerships.schemas import fields_of
from tenants.calendar import day_of
from tenants.database import now
from tenants.scope import PRESETS, Capability, Level, Scope, Target, YearAmount
from tests.partnership.agreements.test_notice import acting
from tests.support.forms import Form, forms_of
from tests.support.world import EMPTY, HERE, World, scope, sign_in

ADDRESS = f"/kommuner/{EMPTY}/partnerskab"


@pytest.fixture
def hers(app: Flask, world: World) -> FlaskClient:
    return sign_in(app.test_client(), "sekretariat@drc.example")


@pytest.fixture
def his(app: Flask, world: World) -> FlaskClient:
    return sign_in(app.test_client(), "sekretariat@drc.example")


def wanted() -> Scope:
    return scope(day_of(now()), "x", Level.SUPPLEMENTARY)


def page_of(client: FlaskClient, part: DraftPart, above: str = ADDRESS) -> Form:
    return next(form for form in forms_of(client.get(f"{above}/{part.value}").text) if "version" in form.sends)


def send(
    client: FlaskClient, part: DraftPart, form: Form, typed: Mapping[str, str], above: str = ADDRESS
) -> TestResponse:
    return client.post(f"{above}/{part.value}", data={**form.sends, "action": "save", **typed})


def save(client: FlaskClient, part: DraftPart, typed: Mapping[str, str], above: str = ADDRESS) -> TestResponse:
    return send(client, part, page_of(client, part, above), typed, above)


def drafted(app: Flask, code: str = EMPTY) -> tuple[dict[str, str], Scope | None]:
    with acting(app, code):
        found = queries.draft(code)
        assert found is not None
        return dict(found.form), Scope.from_plain(found.stored_scope) if found.stored_scope else None


def states(client: FlaskClient, above: str = ADDRESS) -> dict[str, str]:
    """What the list says of each part."""
    page = html.unescape(client.get(above).text)
    cut = {part: page.partition(f'id="{part.value}-state">')[2].partition("</td>")[0] for part in DraftPart}
    return {part.value: words.partition(">")[2].partition("</span>")[0] for part, words in cut.items()}


def test_part_by_part_in_any_order_until_it_is_whole(app: Flask, hers: FlaskClient) -> None:
    form, done = fields_of(wanted()), []
    assert set(states(hers).values()) == {
        "Ikke begyndt", "Ikke begyndt: følger niveauet", "Ikke begyndt: ingen mål", "Ikke begyndt: ingen betaling",
        "Ikke begyndt: aftalens faste tekst", "Ikke begyndt: standardteksten",
    }  # fmt: skip
    for part in (
        DraftPart.MONEY,
        DraftPart.ACTIVITIES,
        DraftPart.TARGETS,
        DraftPart.LEVEL,
        DraftPart.WORDS,
        DraftPart.TERM,
    ):
        assert save(hers, part, held(form, part) or {}).status_code == 302, part
        done.append(part.value)
        told = states(hers)
        assert {word for word, state in told.items() if state == "Udfyldt"} == set(done)
        assert drafted(app)[1] is None
    assert "Tilbyd" not in hers.get(ADDRESS).text
    contacts = held(form, DraftPart.PARTIES) or {}
    refused = save(hers, DraftPart.PARTIES, {**contacts, "drc_contact-phone": "ring bare"})
    assert refused.status_code == 422
    assert 'id="drc_contact-phone-error"' in refused.text
    page = html.unescape(hers.get(ADDRESS).text)
    assert states(hers)["parter"] == "Mangler"
    assert "Dansk Flygtningehjælps tovholder" in page
    assert "ring bare" in hers.get(f"{ADDRESS}/parter").text, "what was typed is kept"
    assert save(hers, DraftPart.PARTIES, contacts).status_code == 302
    assert "Tilbyd" in hers.get(ADDRESS).text
    found = drafted(app)[1]
    assert found is not None
    as_typed = replace(found, activities=wanted().activities)  # where the catalogue says that children are met
    assert as_typed == wanted(), "all of it, and the capabilities that follow from the level"
    assert found.capabilities == PRESETS[Level.SUPPLEMENTARY]
    assert save(hers, DraftPart.CAPABILITIES, {"capabilities-year_plan": "1"}).status_code == 302
    after = drafted(app)[1]
    assert after is not None
    assert after.capabilities == {*PRESETS[Level.SUPPLEMENTARY], Capability.YEAR_PLAN}


def test_two_people_write_two_parts_at_once_and_one_part_one_after_the_other(
    app: Flask, hers: FlaskClient, his: FlaskClient
) -> None:
    """Both have opened their pages before either saves, and nobody has begun."""
    words, term = page_of(hers, DraftPart.WORDS), page_of(his, DraftPart.TERM)
    late = page_of(his, DraftPart.WORDS)
    assert send(hers, DraftPart.WORDS, words, {"purpose": "Hendes formål"}).status_code == 302
    assert send(his, DraftPart.TERM, term, {"starts_on": "01-02-2027", "ends_on": "31-01-2028"}).status_code == 302
    form = drafted(app)[0]
    assert (form["purpose"], form["ends_on"]) == ("Hendes formål", "31-01-2028"), "neither loses the other's"
    both = send(his, DraftPart.WORDS, late, {"purpose": "Hans formål"})
    assert both.status_code == 409
    assert "Hendes formål" in both.text
    assert "Hans formål" in both.text
    assert drafted(app)[0] == form


def press(client: FlaskClient, part: DraftPart, above: str, to: str = "") -> TestResponse:
    """Take a part back, or put it to what is in force."""
    found = [form for form in forms_of(client.get(f"{above}/{part.value}").text) if form.action.endswith("/fortryd")]
    form = next(form for form in found if form.sends.get("to", "") == to)
    return client.post(form.action, data=form.sends)


def test_a_part_is_taken_back_and_put_to_what_is_in_force_and_the_rest_stays(app: Flask, world: World) -> None:
    client, above = sign_in(app.test_client(), "konsulent@drc.example"), f"/kommuner/{HERE}/partnerskab"
    before = drafted(app, HERE)[0]
    assert save(client, DraftPart.WORDS, {"purpose": "Et nyt formål"}, above).status_code == 302
    assert save(client, DraftPart.TERM, {"notice_months": "6"}, above).status_code == 302
    assert press(client, DraftPart.WORDS, above).status_code == 302
    assert drafted(app, HERE)[0] == {**before, "notice_months": "6"} | _held_as_sent(client, above)
    assert press(client, DraftPart.WORDS, above).status_code == 302
    assert drafted(app, HERE)[0]["purpose"] == "Et nyt formål", "twice, it is as it was"
    assert press(client, DraftPart.TERM, above, "in-force").status_code == 302
    assert drafted(app, HERE)[0]["notice_months"] == "3"
    assert drafted(app, HERE)[1] is not None
    shown = page_of(client, DraftPart.TERM, above)
    stale = {**shown.sends, "seen": "0" * 32}
    assert client.post(f"{above}/periode/fortryd", data=stale, follow_redirects=True).status_code == 200
    assert drafted(app, HERE)[0]["notice_months"] == "3", "who has seen something else changes nothing"
    (away,) = [form for form in forms_of(client.get(above).text) if form.action.endswith("/kasser")]
    assert client.post(away.action, data=away.sends).status_code == 302
    with acting(app, HERE):
        assert queries.draft(HERE) is None


def _held_as_sent(client: FlaskClient, above: str) -> dict[str, str]:
    """The part that was saved by its form, as a browser sends it: with days as they are written."""
    sends = page_of(client, DraftPart.TERM, above).sends
    return {name: value for name, value in sends.items() if name in (held(sends, DraftPart.TERM) or {})}


def touched(form: Form, typed: Mapping[str, str]) -> int:
    """How many fields of a form one has to touch for what is typed."""
    return sum(form.sends.get(name) != value for name, value in typed.items())


def test_one_frequency_is_changed_with_three_touches(app: Flask, world: World) -> None:
    """From the list of what is in force: the link, the number, and save. The rest of the agreement comes along."""
    client, above = sign_in(app.test_client(), "konsulent@drc.example"), f"/kommuner/{HERE}/partnerskab"
    with acting(app, HERE):
        operations.discard(HERE)
    form, typed = page_of(client, DraftPart.ACTIVITIES, above), {"activities-1-times": "2"}
    assert send(client, DraftPart.ACTIVITIES, form, typed, above).status_code == 302
    assert len(("the link", "save")) + touched(form, typed) <= 3
    found = drafted(app, HERE)[1]
    assert found is not None, "whole: it can be offered"
    assert [each.frequency.times for each in found.activities] == [1, 2]


def test_a_renewal_with_another_amount_takes_five_touches(app: Flask, world: World, hers: FlaskClient) -> None:
    """Begin the draft, open the money, write the amount, save, offer: all that follows from the term moves by itself."""
    first, last = wanted().starts_on, wanted().ends_on
    amounts = tuple(YearAmount(year, 99_000_000) for year in range(first.year, last.year + 1))
    before = replace(
        wanted(),
        payment=replace(wanted().payment, amounts=amounts, instalments=divided(amounts, first, last, 2)),
        targets=tuple(Target("attendances", 500, amount.year) for amount in amounts),
    )
    with acting(app, EMPTY, world.secretariat):
        operations.draft_of(EMPTY, renewed(before, dt.date(last.year + 1, 1, 1)), world.secretariat)
    form, typed = page_of(hers, DraftPart.MONEY), {"amounts-0-ore": "1.400.000"}
    assert send(hers, DraftPart.MONEY, form, typed).status_code == 302
    assert len(("begin the draft", "the link", "save", "offer")) + touched(form, typed) <= 5
    assert "Tilbyd" in hers.get(ADDRESS).text
    found = drafted(app)[1]
    assert found is not None
    assert {amount.ore for amount in found.payment.amounts} == {140_000_000}
    assert [each.ore for each in found.payment.instalments] == [70_000_000] * 6
    assert found.payment.instalments[0].due_on == found.starts_on


def test_what_is_wrong_is_told_in_the_row_that_was_typed(app: Flask, hers: FlaskClient) -> None:
    """A target without a year is one for each year of the term, and still one row."""
    form = fields_of(wanted())
    for part in DraftPart:
        save(hers, part, held(form, part) or {})
    rows = {
        "targets-0-measure": "attendances", "targets-0-value": "10", "targets-0-year": "", "targets-0-activity_type": "",
        "targets-1-measure": "attendances", "targets-1-value": "10", "targets-1-year": "1999", "targets-1-activity_type": "",
    }  # fmt: skip
    refused = save(hers, DraftPart.TARGETS, rows)
    assert refused.status_code == 422
    assert 'id="targets-1-year-error"' in refused.text
    assert 'id="targets-3-year-error"' not in refused.text


def test_all_parts_saved_in_the_same_moment_are_all_kept(app: Flask, world: World) -> None:
    """Nobody has begun the draft: one of them does, and the others wait for it."""
    form, together = fields_of(wanted()), threading.Barrier(len(DraftPart))

    def keep(part: DraftPart) -> None:
        with acting(app, EMPTY, world.secretariat):
            together.wait(30)
            drafting.save_part(EMPTY, part, held(form, part) or {}, world.secretariat, beginning={})

    with ThreadPoolExecutor(len(DraftPart)) as people:
        list(people.map(keep, DraftPart))
    kept, found = drafted(app)
    assert kept == form
    assert found is not None
