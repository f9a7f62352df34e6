"""Two people, one page each: the second is shown what the first has saved, field by field, chooses, and loses nothing that was typed."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.platform.web.edits import edited, opened
from service.platform.web.forms import flat
from service.platform.web.versions import Changed, as_text
from tests.support.forms import Form, form_with, forms_of
from tests.support.world import HERE, Things, World
from tests.walls.ways import SECRETARIAT, Asker, Ids, addresses, askers, routes


@dataclass(frozen=True)
class Case:
    """A page with a form of something that is there, and what each of two people writes in one of its fields."""

    page: str
    field: str
    hers: str
    his: str


SAVES = {("action", "save"), ("action", "mend")}
PLACE = "/kommuner/{municipality_code}"
CASES: Mapping[str, Case] = {
    "a group": Case("/grupper/{group_id}/ret", "name", "Hendes gruppe", "Hans gruppe"),
    "a group's contact": Case("/grupper/{group_id}/ret", "contact-name", "Hendes kontakt", "Hans kontakt"),
    "where a group works": Case("/grupper/{group_id}/ret", "areas-0-part", "Tinglev", "Bov"),
    "a network": Case("/netvaerk/{network_id}/ret", "about", "Hendes tekst", "Hans tekst"),
    "a volunteer": Case("/frivillige/{volunteer_id}/ret", "phone", "11 11 11 11", "22 22 22 22"),
    "what a group has free": Case("/grupper/{group_id}/kapacitet", "free-0-free", "3", "4"),
    "an activity": Case(PLACE + "/aktiviteter/{activity_id}/ret", "place", "Hendes sted", "Hans sted"),
    "an activity's last day": Case(PLACE + "/aktiviteter/{activity_id}", "ends_on", "31-12-2027", "30-11-2027"),
    "how it is counted": Case(PLACE + "/aktiviteter/{activity_id}/taelling", "asks_women_men", "1", ""),
    "what is public": Case(PLACE + "/aktiviteter/{activity_id}/plakat", "public", "", "1"),
    "a session": Case(PLACE + "/gange/{session_id}", "adults", "21", "22"),
    "a need": Case(PLACE + "/behov/{need_id}/ret", "remark", "Hendes tekst", "Hans tekst"),
    "a draft": Case(PLACE + "/partnerskab/tekst", "purpose", "Hendes formål", "Hans formål"),
    "a row of a file": Case("/overfoersler/{import_id}/raekker/2", "cell-name", "Hendes gruppe", "Hans gruppe"),
    "an agreement's last day": Case("/grupper/{group_id}/samarbejdsaftaler", "ends_on", "31-12-2027", "30-11-2027"),
}
SWITCHES = {"how it is counted", "what is public"}  # of these two people can only want the same or nothing
# Forms in which something stands that is no thing's: a proposal for something new. The page is looked at, and then written here.
PROPOSALS = {
    "accounts.profile": {
        "name",
        "title",
        "phone",
        "language",
        "mails-agreement_ends",
        "mails-certificates",
        "mails-contact_of_municipality",
    },  # one's own: nobody else changes it
    "calendars.feeds": {"title"},  # the name of an address of one's own
    "calendars.group_feeds": {"title"},
    "paper_feeds.listing": {"title"},
    "contacts.edit": {"name", "title", "phone", "email"},  # it says which contact it showed
    "logbook.samples": {"first", "last"},
    "territories.moving": {"day"},
    "activities.new": {"starts_on", "every", "without_holidays"},
    "activities.activity": {"held_on"},
    "exports.new": {"file_format"},
    "imports.new": {"kind"},
    "municipality_view.offer_group": {"valid_from", "given_on"},
    "municipality_view.offer_network": {"valid_from"},
    "municipality_view.consents": {"given_on"},
    # what stands on a paper, proposed from the contacts: it is taken in once, with the version of the draft
    "taking_in.form": {"municipality-name", "municipality-title", "drc-name", "drc-title"},
}


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Asker]:
    """Those who ask."""
    return askers(app, world)


@pytest.fixture
def ids(things: Things, people: dict[str, Asker]) -> Ids:
    """What HERE has, and a need that nothing answers yet."""
    sent = {"municipality_code": HERE, "kind": "mentor", "number": 2}
    need = people[SECRETARIAT].ask("POST", "/api/v1/needs", sent).json
    assert need is not None
    return {**things.mine, "need_id": (need["id"],)}


def at(case: Case, ids: Ids) -> str:
    return case.page.format(**{name: values[0] for name, values in ids.items() if "." not in name})


def send(client: FlaskClient, address: str, form: Form, **typed: str) -> TestResponse:
    """Send a form as it stands, but for what is typed."""
    button = next(({name: value} for name, value in form.buttons if (name, value) in SAVES), {})
    return client.post(form.action or address, data={**button, **form.sends, **typed})


def held(client: FlaskClient, address: str) -> list[Form]:
    """The forms of a page that say what they held."""
    return [form for form in forms_of(client.get(address).text) if "version" in form.sends]


def shown(answer: TestResponse) -> str:
    return html.unescape(answer.text)


@pytest.mark.parametrize("name", [name for name in CASES if name not in SWITCHES])
def test_the_second_is_shown_what_the_first_saved_and_chooses(people: dict[str, Asker], ids: Ids, name: str) -> None:
    case, client = CASES[name], people[SECRETARIAT].client
    address = at(case, ids)
    hers = form_with(client.get(address).text, case.field)
    his = form_with(client.get(address).text, case.field)
    assert hers.sends["version"] == his.sends["version"]
    assert send(client, address, hers, **{case.field: case.hers}).status_code == 302, name

    answer = send(client, address, his, **{case.field: case.his})
    assert answer.status_code == 409, (name, answer.text)
    page = shown(answer)
    assert "En anden har gemt imens" in page
    for side, text in (("Dit:", case.his), ("Deres:", case.hers), ("Før:", "")):
        assert f"<strong>{side}</strong>" in page, (name, side)
        assert text in page, (name, side)
    now = form_with(client.get(address).text, case.field)
    assert now.sends[case.field] == case.hers, f"{name}: nothing of his is saved unseen"

    choice = form_with(answer.text, "choose")
    (key,) = (key for key in choice.sends["choose"].split() if f"choose-{key}" not in choice.sends)
    kept = {field: value for field, value in his.sends.items() if field not in ("csrf_token", "version", case.field)}
    assert kept.items() <= choice.sends.items(), f"{name}: all that was typed is there still"
    unsaid = send(client, answer.request.path, choice)
    assert unsaid.status_code == 409, "neither is taken for granted where both have written"
    assert "Vælg, hvad der skal gælde" in shown(unsaid)
    again = form_with(unsaid.text, "choose")
    onward = send(client, answer.request.path, again, **{f"choose-{key}": "mine", "go-on": "1"})
    assert form_with(onward.text, case.field).sends[case.field] == case.his, "he may write on in the form"
    saved = send(client, answer.request.path, again, **{f"choose-{key}": "mine"})
    assert saved.status_code == 302, (name, saved.text)
    assert form_with(client.get(address).text, case.field).sends[case.field] == case.his


def test_theirs_may_be_taken_field_by_field_and_what_they_left_is_mine(people: dict[str, Asker], ids: Ids) -> None:
    client, address = people[SECRETARIAT].client, at(CASES["a group"], ids)
    his = form_with(client.get(address).text, "name")
    hers = form_with(client.get(address).text, "name")
    more = {"areas-1-municipality_code": "0550", "areas-1-part": "Højer", "themes-mentor": "1"}
    assert send(client, address, hers, name="Hendes gruppe", kind="association", **more).status_code == 302
    answer = send(client, address, his, **{"name": "Hans gruppe", "contact-phone": "12 34 56 78"})
    choice = form_with(answer.text, "choose")
    assert set(choice.sends["choose"].split()) == {"name", "kind", "themes", "areas", "contact-phone"}
    page = shown(answer)
    for said in ("forening</label>", "Kommune: Tønder", ": Højer"):
        assert said in page, "in words, not in codes"
    assert "<em>tom</em>" in page
    taken = {name: value for name, value in choice.sends.items() if name.startswith("choose-")}
    assert taken == {
        "choose-kind": "theirs",
        "choose-themes": "theirs",
        "choose-areas": "theirs",
        "choose-contact-phone": "mine",
    }, "what one alone has written is proposed; of the name one must choose"
    assert send(client, address, choice, **{"choose-name": "theirs"}).status_code == 302
    now = form_with(client.get(address).text, "name").sends
    assert (now["name"], now["kind"], now["contact-phone"]) == ("Hendes gruppe", "association", "12 34 56 78")
    assert (now["areas-1-municipality_code"], now["themes-mentor"]) == ("0550", "1")


def test_a_third_who_saves_while_the_second_chooses_is_seen_too(people: dict[str, Asker], ids: Ids) -> None:
    client, address = people[SECRETARIAT].client, at(CASES["a network"], ids)
    his, hers = (form_with(client.get(address).text, "about") for _each in range(2))
    assert send(client, address, hers, about="Hendes").status_code == 302
    choice = form_with(send(client, address, his, about="Hans").text, "choose")
    theirs = form_with(client.get(address).text, "about")
    assert send(client, address, theirs, about="En tredjes").status_code == 302
    answer = send(client, address, choice, **{"choose-about": "mine"})
    assert answer.status_code == 409
    assert "En tredjes" in answer.text
    assert "Hendes" in answer.text, "it was so when he chose"


@pytest.mark.parametrize("name", list(CASES))
def test_a_form_that_came_half_saves_nothing(people: dict[str, Asker], ids: Ids, name: str) -> None:
    """Rows and boxes that are not there look like those taken away: only a whole form, whose last field is its version, says so."""
    case, client = CASES[name], people[SECRETARIAT].client
    address = at(case, ids)
    form = held(client, address)[-1]
    assert list(form.sends)[-1] == "version"
    before = [each.sends["version"] for each in held(client, address)]
    for kept in (["csrf_token"], list(form.sends)[:-1]):
        cut = Form(form.action, form.method, {each: form.sends[each] for each in kept}, set(), form.buttons)
        assert send(client, address, cut).status_code in (409, 422), name
        assert [each.sends["version"] for each in held(client, address)] == before, name


def test_of_two_who_say_the_same_neither_is_asked(people: dict[str, Asker], ids: Ids) -> None:
    client = people[SECRETARIAT].client
    for name in SWITCHES:
        case = CASES[name]
        address = at(case, ids)
        forms = [held(client, address)[0] for _each in range(2)]
        ticked = {each: value for each, value in {**forms[0].sends, case.field: case.hers}.items() if value}
        for form in forms:
            form.sends = dict(ticked)
        assert send(client, address, forms[0]).status_code == 302
        answer = send(client, address, forms[1])
        assert answer.status_code == 409, name
        assert "står der allerede" in shown(answer)
        assert send(client, answer.request.path, form_with(answer.text, "choose")).status_code == 302


def unguarded(page: str) -> set[str]:
    """The fields of a page's forms in which something stands already, where the form does not say what it held."""
    return {name for form in forms_of(page) if "version" not in form.sends for name in form.filled}


def test_every_form_of_something_that_is_there_carries_its_version(
    app: Flask, people: dict[str, Asker], ids: Ids
) -> None:
    found: dict[str, set[str]] = {}
    for endpoint, page in _pages(app, people[SECRETARIAT], ids):
        if names := unguarded(page) - PROPOSALS.get(endpoint, set()):
            found[endpoint] = names
    assert found == {}
    assert unguarded(
        '<form method="post"><input name="a" value="1"><input type="hidden" name="b" value="1"></form>'
    ) == {"a"}
    assert (
        unguarded('<form method="post"><input name="a" value="1"><input type="hidden" name="version"></form>') == set()
    )


def _pages(app: Flask, who: Asker, ids: Ids) -> Iterator[tuple[str, str]]:
    for verb, rule in routes(app):
        if (
            verb != "GET"
            or rule.rule.startswith("/api/")
            or {"token", "feed_token", "paper_feed_token"} & set(rule.arguments)
        ):
            continue
        for address in list(addresses(rule, ids))[:1]:
            answer = who.ask("GET", address)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield rule.endpoint, answer.text


STATE: dict[str, Any] = {
    "name": "Før",
    "kind": "loose",
    "themes": ["a", "b"],
    "areas": [{"code": "0580", "home": True}],
}


def noted(form: Any) -> Any:
    """As the parts of the page note what they draw."""
    form.note("name", "Navn")
    form.note("kind", "Slags", [("loose", "Løs"), ("association", "Forening")])
    form.note("themes", "Temaer", [("a", "A"), ("b", "B"), ("c", "C")])
    form.note("areas", "Områder")
    form.note("areas-__n__-code", "Kommune", [("De store", [("0580", "Aabenraa"), ("0550", "Tønder")])])
    form.note("areas-__n__-home", "Hjemme", [("1", "ja")])
    return form


@pytest.mark.parametrize(
    ("typed", "theirs", "apart"),
    [
        ({}, {}, {}),
        ({"name": " Før\r\n"}, {}, {}),
        ({"name": "Mit"}, {}, {"name": (["Mit"], ["Før"], ["Før"])}),
        ({}, {"name": "Deres"}, {"name": (["Før"], ["Deres"], ["Før"])}),
        ({"name": "Ens"}, {"name": "Ens"}, {}),
        ({"kind": "association"}, {}, {"kind": (["Forening"], ["Løs"], ["Løs"])}),
        ({"themes-b": ""}, {"themes": ["a", "b", "c"]}, {"themes": (["A"], ["A", "B", "C"], ["A", "B"])}),
        (
            {"areas-0-code": "0550"},
            {"areas": []},
            {"areas": (["Kommune: Tønder, Hjemme: ja"], [], ["Kommune: Aabenraa, Hjemme: ja"])},
        ),
        ({"unknown": "x"}, {"unknown": "y"}, {}),
    ],
)
def test_only_what_differs_is_shown_in_words(
    app: Flask, typed: dict[str, str], theirs: dict[str, Any], apart: dict[str, tuple[list[str], ...]]
) -> None:
    with app.test_request_context("/", method="POST", data={**flat(STATE), **typed, "version": as_text(STATE)}):
        form = noted(edited(STATE))
        form.refuse(Changed({**STATE, **theirs}))
        found = {each.key: (each.mine, each.theirs, each.was) for each in form.apart()}
        assert {key: tuple(", ".join(side).split(", ") for side in sides) for key, sides in found.items()} == {
            key: tuple(", ".join(side).split(", ") for side in sides) for key, sides in apart.items()
        }


@pytest.mark.parametrize("version", [None, "", "x", "[]", "1", "[" * 5000, '{"name": {"deep": [1]}}', '{"a": 1}'])
def test_what_comes_back_as_the_version_is_not_trusted(app: Flask, version: str | None) -> None:
    data = {**flat(STATE), **({} if version is None else {"version": version})}
    with app.test_request_context("/", method="POST", data=data):
        form = noted(edited(STATE))
        with pytest.raises(Changed) as refused:
            form.seen.still(STATE)
        form.refuse(refused.value)
        assert form.status == 409
        assert form.apart() == []
        assert form.values == {name: value for name, value in flat(STATE).items() if value or name != ""}


def test_a_form_that_is_opened_sends_what_it_held(app: Flask) -> None:
    with app.test_request_context("/"):
        form = opened(STATE, beginning={"name": "Et forslag"})
        form.seen.still(STATE)
        assert form.values["name"] == "Et forslag"
        assert form.status == 200
