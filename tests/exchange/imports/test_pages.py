"""The pages of imports: what is sent is too much, another's, or typed wrongly."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service.exchange.imports.rules import MOST_BYTES
from service.exchange.imports.work import work
from tests.exchange.conftest import HEADINGS, csv_of, groups_file
from tests.support.world import World
from tests.walls.ways import CONSULTANT, SECRETARIAT, Asker, askers


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Asker]:
    """Those who ask."""
    return askers(app, world)


def send(asker: Asker, content: bytes, name: str = "grupper.csv", kind: str = "groups") -> TestResponse:
    """Send a file as a browser does. Written by hand: the client would leave a temporary file of it open."""
    fields = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in (("csrf_token", asker.token), ("kind", kind))
    )
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
    body = fields.encode() + head.encode() + content + b"\r\n--x--\r\n"
    return asker.client.post("/overfoersler/ny", data=body, content_type="multipart/form-data; boundary=x")


def sent(app: Flask, asker: Asker, content: bytes) -> str:
    """Send a file and have it worked on: the address of its page."""
    address = send(asker, content).headers["Location"]
    with app.app_context():
        work(UUID(address.rpartition("/")[2]), 60)
    return str(address)


@pytest.mark.gate("5.2.1")
def test_a_file_may_be_larger_than_a_form_and_not_without_end(people: dict[str, Asker]) -> None:
    asker = people[SECRETARIAT]
    assert send(asker, b"Navn\n" + b"x" * (3 * 1024 * 1024)).status_code == 302
    assert send(asker, b"x" * (MOST_BYTES + 1)).status_code == 422
    assert send(asker, b"x" * (MOST_BYTES + 200_000)).status_code == 413
    data = {"csrf_token": asker.token, "language": "x" * (3 * 1024 * 1024)}
    assert asker.client.post("/sprog", data=data).status_code == 413, "the control: no other route takes as much"


def test_no_file_or_an_unknown_kind_is_told_beside_the_field(people: dict[str, Asker]) -> None:
    asker = people[SECRETARIAT]
    assert 'id="file-error"' in asker.ask("POST", "/overfoersler/ny", {"kind": "groups"}).text
    answer = send(asker, b"a", kind="people")
    assert (answer.status_code, 'id="kind-error"' in answer.text) == (422, True)


def test_a_consultant_sees_no_file_of_anothers(app: Flask, people: dict[str, Asker]) -> None:
    address = sent(app, people[SECRETARIAT], groups_file(2))
    assert people[SECRETARIAT].ask("GET", address).status_code == 200
    assert people[CONSULTANT].ask("GET", address).status_code == 404
    assert address not in people[CONSULTANT].ask("GET", "/overfoersler").text
    own = sent(app, people[CONSULTANT], groups_file(2))
    assert people[SECRETARIAT].ask("GET", own).status_code == 200


def test_rows_are_mended_chosen_and_taken_out(app: Flask, people: dict[str, Asker]) -> None:
    asker = people[SECRETARIAT]
    address = sent(
        app,
        asker,
        csv_of(HEADINGS, ["=A", "klub", "Aabenraa"], ["Fællesgruppen", "forening", "Tønder"], ["C", "forening", ""]),
    )
    page = asker.ask("GET", address)
    assert "Udelad den afviste række" in page.text
    assert "Type:</strong> »klub«" in page.text
    refused = asker.ask("GET", f"{address}/afviste.csv").data.decode("utf-8-sig")
    assert refused.splitlines()[0] == "Række;Begrundelse;" + ";".join(HEADINGS)
    assert "2;Type: »klub«" in refused
    assert ";'=A;klub;" in refused
    row = f"{address}/raekker/2"
    assert 'id="cell-kind-error"' in asker.ask("GET", row).text
    again = asker.save(row, {"action": "mend", "cell-name": "A", "cell-kind": "<b>"})
    assert again.headers["Location"].endswith(row), "it is not right yet"
    kept = asker.ask("GET", row).text
    assert "&lt;b&gt;" in kept, "and is kept all the same"
    assert 'id="cell-kind-error"' in kept
    assert asker.save(row, {"action": "mend", "cell-name": "A", "cell-kind": "forening"}).status_code == 302
    assert asker.ask("POST", f"{address}/importer").status_code == 422
    doubtful = f"{address}/raekker/3"
    assert "Der er allerede en gruppe med det navn" in asker.ask("GET", doubtful).text
    assert asker.save(doubtful, {"action": "decide", "choice": "x"}).status_code == 422
    assert asker.save(doubtful, {"action": "decide", "choice": "skip"}).status_code == 302
    assert asker.ask("POST", f"{address}/importer").status_code == 302
    assert asker.ask("POST", f"{address}/importer").status_code == 409, "twice is once"
    progress = asker.client.get(address, headers={"HX-Request": "true"})
    assert "progress-body" in progress.text
    assert "data-finished" not in progress.text
    assert asker.ask("POST", f"{address}/nonsens").status_code == 404
    assert asker.ask("GET", f"{address}/raekker/99").status_code == 404
    assert asker.ask("POST", row, {"action": "mend", "cell-name": "B"}).status_code == 409


def test_columns_are_chosen_on_the_page(app: Flask, people: dict[str, Asker]) -> None:
    asker = people[SECRETARIAT]
    address = sent(app, asker, csv_of(["Hvem", "Hvad"], ["A", "forening"]))
    assert "Hvilken kolonne er hvilken?" in asker.ask("GET", address).text
    places = {"columns-0-place": "1", "columns-1-place": "2"}
    wrong = asker.save(
        f"{address}/kolonner", {**places, "columns-0-name": "name", "columns-1-name": "name"}, page=address
    )
    assert 'id="columns-1-name-error"' in wrong.text
    right = {**places, "columns-0-name": "name", "columns-1-name": "kind"}
    assert asker.save(f"{address}/kolonner", right, page=address).status_code == 302
    assert asker.ask("POST", f"{address}/opgiv").status_code == 409, "it is being checked"
