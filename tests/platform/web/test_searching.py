"""What is searched for stands in no address: the form sends it, and the address of the list has it sealed for whoever typed it."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.platform.web import searching
from service.platform.web.pages import cursor_at
from tests.support.pages import search, token_of
from tests.support.world import World, sign_in

WORD = "sekretariat"


@pytest.fixture
def secretariat(app: Flask, world: World) -> FlaskClient:
    return sign_in(app.test_client(), "sekretariat@drc.example")


@pytest.mark.gate("14.2.1")
def test_the_address_of_a_search_has_no_word_of_it_and_opens_it_for_one_person(
    app: Flask, secretariat: FlaskClient
) -> None:
    address = search(secretariat, "/medarbejdere", WORD)
    assert address.startswith("/medarbejdere?q=")
    assert WORD not in address
    page = secretariat.get(address).text
    assert 'value="sekretariat"' in page
    assert "konsulent@drc.example" not in page
    for plain in (WORD, "%C3%A6", "x" * 2000):
        page = secretariat.get(f"/medarbejdere?q={plain}").text
        assert "konsulent@drc.example" in page, "what is not sealed is not searched for"
    consultant = sign_in(app.test_client(), "konsulent@drc.example")
    theirs = search(consultant, "/frivillige", "kim")
    assert 'value="kim"' in consultant.get(theirs).text
    assert 'value="kim"' not in secretariat.get(theirs).text, "what another has typed is theirs"


@pytest.mark.gate("14.2.1")
def test_a_search_goes_on_to_the_next_page_and_to_a_file_and_is_forgotten_after_a_day(
    secretariat: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = search(secretariat, "/grupper", "faelles", status="active", kommune="")
    assert re.fullmatch(r"/grupper[?]q=[-_%=0-9A-Za-z]+&status=active", address)
    [onward] = [link for link in re.findall(r'href="([^"]+)"', secretariat.get(address).text) if "udtraek" in link]
    assert "faelles" not in onward
    assert 'value="faelles"' in secretariat.get(onward.replace("&amp;", "&")).text
    monkeypatch.setattr(searching, "MAX_AGE", -1)
    assert 'value="faelles"' not in secretariat.get(address).text


@pytest.mark.gate("14.2.1")
def test_a_cursor_tells_nothing_of_the_row_it_begins_after(app: Flask) -> None:
    with app.app_context():
        assert b"Kim" not in base64.urlsafe_b64decode(cursor_at(["Kim Prøve"]))


@pytest.mark.gate("3.7.2")
@pytest.mark.parametrize(
    "path", ["", "//evil.example", "https://evil.example", "/\\evil.example", "/grupper?a=b", "/x#y"]
)
def test_a_search_leads_to_a_list_of_ours(secretariat: FlaskClient, path: str) -> None:
    sent = {"csrf_token": token_of(secretariat.get("/min-konto").text), "list": path, "q": "kim"}
    assert secretariat.post("/soeg", data=sent).headers["Location"] == "/"


def test_words_that_cannot_be_shown_are_refused(secretariat: FlaskClient) -> None:
    sent = {"csrf_token": token_of(secretariat.get("/min-konto").text), "list": "/grupper"}
    for words in ("kim\x00", "k" * 101, "\u202ekim"):
        assert secretariat.post("/soeg", data={**sent, "q": words}).status_code == 422
    assert secretariat.post("/soeg", data={**sent, "q": " "}).headers["Location"] == "/grupper"


# What is typed in a form that is sent as an address, and is of nobody: how far the ledger had come, a day, and a place
NOBODYS = {"hoved", "dag", "sted"}


def open_words(template: str) -> list[str]:
    """The fields of a template that would stand in an address as they were typed, and the links that hold a search unsealed."""
    sent = "".join(re.findall(r'<form(?![^>]*method="post").*?</form>', template, re.DOTALL))
    typed = re.findall(r'<input(?![^>]*type="(?:hidden|checkbox|radio)")[^>]*name="([^"]+)"', sent)
    typed += re.findall(r'ui[.](?:field|textarea)[(]"([^"]+)"', sent)
    return [*(name for name in typed if name not in NOBODYS), *re.findall(r"\bq=(?!\S+ \| sealed\b)\S+", template)]


@pytest.mark.gate("14.2.1")
def test_no_page_sends_what_is_typed_as_an_address(root: Path) -> None:
    templates = {file.name: file.read_text() for file in (root / "service").rglob("*.html")}
    assert {name: found for name, text in templates.items() if (found := open_words(text))} == {}
    searched = [file for file in (root / "service").rglob("*.py") if re.search(r'args.get[(]"q"', file.read_text())]
    assert [file.name for file in searched] == ["pace.py"], "which counts them"


def test_the_control_a_search_by_its_address_is_told() -> None:
    assert open_words('<form method="get"><input type="search" id="q" name="q"></form>') == ["q"]
    assert open_words('<form class="x">{{ ui.field("name", _("Name"), form) }}</form>') == ["name"]
    assert open_words('<a href="{{ url_for("x", q=asked.q or none) }}">') == ["q=asked.q"]
    assert open_words('<form method="post"><input name="q"></form> {{ url_for("x", q=asked.q | sealed) }}') == []
