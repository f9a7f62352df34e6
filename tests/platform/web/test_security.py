"""The door: hosts, proxies, cookies, redirects, odd addresses, and what is said when something it stands on is away."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from config.settings import Settings
from service.app import create_app
from service.platform.accounts.models import Person
from service.platform.web.sealing import seal_of
from service.platform.web.security import inside
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.platform.accounts.test_sign_in import OUTSIDE
from tests.support.pages import token_of
from tests.support.world import HERE, PASSWORD, THERE, World
from tests.walls.test_routes import header_faults
from tests.walls.ways import MANAGER, SECRETARIAT, VISITOR, Asker, askers, visitor

OURS = ["/", "/kommuner/0580", "/kommuner/0580/aftaler?side=WyJ4Il0", "/opgoerelser/2026-10#x", "/x%0A"]


@pytest.fixture(scope="module")
def production(settings: Settings) -> Iterator[Flask]:
    """The service behind TLS and one proxy."""
    hosts = ("partnerskab.example",)
    app = create_app(
        replace(settings, public_url="https://partnerskab.example", trusted_hosts=hosts, trusted_proxies=1)
    )
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def people(app: Flask, world: World) -> dict[str, Asker]:
    """Those who ask."""
    return {VISITOR: visitor(app), **askers(app, world)}


@pytest.mark.gate("3.7.2")
@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_that_leads_out_is_not_ours(address: str) -> None:
    assert inside(address) is None


@pytest.mark.parametrize("address", OURS)
def test_the_control_our_own_addresses_are(address: str) -> None:
    assert inside(address) == address


@pytest.mark.gate("3.7.2")
def test_choosing_a_language_leads_to_no_other_site(app: Flask) -> None:
    found = visitor(app)
    for address in OUTSIDE:
        answer = found.ask("POST", "/sprog", {"language": "en", "back": address})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/"), address


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "xn--lcalhost-11a", "", "a b", "[::1"]
)
def test_a_host_that_is_not_ours_is_refused_and_told_nothing(app: Flask, client: FlaskClient, host: str) -> None:
    for address in ("/log-ind", "/api/v1/me", "/healthz", "/findes-ikke"):
        answer = client.get(address, headers={"Host": host})
        assert answer.status_code == 400
        assert "localhost" not in answer.text
        assert header_faults(answer) == []
    assert client.get("/log-ind").status_code == 200


@pytest.mark.gate("4.1.3", "13.4.5")
def test_forwarded_headers_are_believed_from_trusted_proxies_only(client: FlaskClient, production: Flask) -> None:
    forged = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Prefix": "/evil.example",
        "X-Real-IP": "127.0.0.1",
        "Forwarded": "for=127.0.0.1;host=evil.example",
    }
    page = client.get("/api/docs", headers=forged)
    assert page.status_code == 200
    assert "evil.example" not in page.text
    away = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_overrides=away).status_code == 404
    assert client.get("/metrics", headers=forged, environ_overrides=away).status_code == 404
    behind = production.test_client()
    told = {
        "X-Forwarded-Host": "partnerskab.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "127.0.0.1, 192.0.2.7",
    }
    assert behind.get("/log-ind", headers=told).status_code == 200
    assert behind.get("/metrics", headers=told).status_code == 404, (
        "the last that the proxy saw, not what a client wrote before it"
    )
    assert behind.get("/log-ind", headers={**told, "X-Forwarded-Host": "evil.example"}).status_code == 400


def cookies(answer: object) -> list[str]:
    """The cookies that an answer sets."""
    return answer.headers.getlist("Set-Cookie")  # type: ignore[attr-defined]


def test_cookies_and_headers_behind_tls(production: Flask) -> None:
    """`__Host-`: of this host alone, on every path, over TLS alone. Forms are taken from our own pages alone."""
    client = production.test_client()
    ours = "https://partnerskab.example"
    answer = client.get("/log-ind", base_url=ours)
    (cookie,) = cookies(answer)
    assert cookie.startswith("__Host-partnerskab=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")[1:]}
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    data = {"csrf_token": token_of(answer.text), "language": "en", "back": "/log-ind"}
    for referrer, status in (
        (None, 400),
        ("https://evil.example/", 400),
        ("http://partnerskab.example/log-ind", 400),
        (f"{ours}/log-ind", 302),
    ):
        headers = {"Referer": referrer} if referrer else {}
        chosen = client.post("/sprog", data=data, base_url=ours, headers=headers)
        assert chosen.status_code == status, referrer
    assert all({"Secure", "HttpOnly"} <= {part.strip() for part in cookie.split(";")} for cookie in cookies(chosen))


@pytest.mark.gate("3.3.1", "3.3.2", "3.3.3", "3.3.4", "3.3.5")
def test_every_cookie_is_this_hosts_alone(production: Flask, world: World, root: Path) -> None:
    """All that there are: of the session, of the language, and of a browser that is known."""
    client, ours = production.test_client(), "https://partnerskab.example"
    page = client.get("/log-ind", base_url=ours)
    sent = {"csrf_token": token_of(page.text), "email": f"leder.{HERE}@kommune.example", "password": PASSWORD}
    headers = {"Referer": f"{ours}/log-ind"}
    inside = client.post("/log-ind", data=sent, base_url=ours, headers=headers)
    assert inside.status_code == 302
    sent = {"csrf_token": token_of(client.get("/log-ind", base_url=ours, follow_redirects=True).text), "language": "en"}
    spoken = client.post("/sprog", data=sent, base_url=ours, headers=headers)
    found = {cookie.partition("=")[0]: cookie for cookie in (*cookies(page), *cookies(inside), *cookies(spoken))}
    assert set(found) == {"__Host-partnerskab", "__Host-language", "__Host-device"}
    for name, cookie in found.items():
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}, name
        assert "Domain" not in cookie
        assert len(cookie) < 4096
    sources = [file.read_text() for file in (root / "service").rglob("*.py")]
    assert sum(source.count(".set_cookie(") for source in sources) == len(found) - 1, "the session's is Flask's"


@pytest.mark.gate("3.4.1")
def test_every_answer_says_that_browsers_come_by_tls_alone(production: Flask) -> None:
    client, ours = production.test_client(), "https://partnerskab.example"
    answers = {
        200: client.get("/log-ind", base_url=ours),
        302: client.get("/", base_url=ours),
        400: client.get("/log-ind", base_url="https://andetsted.example"),
        401: client.get("/api/v1/me", base_url=ours),
        404: client.get("/findes-ikke", base_url=ours),
        405: client.put("/verificer", base_url=ours),
        413: client.post("/log-ind", data={"email": "x" * 2_200_000}, base_url=ours),
    }
    told = {status: answer.headers.get("Strict-Transport-Security") for status, answer in answers.items()}
    assert told == dict.fromkeys(answers, "max-age=63072000; includeSubDomains")
    assert {status: answer.status_code for status, answer in answers.items()} == {status: status for status in answers}


@pytest.mark.gate("13.2.3")
def test_the_accounts_that_are_printed_are_not_made_where_it_is_for_real(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "settings", replace(settings, environment="production"))
    result = app.test_cli_runner().invoke(args=["demo", "load"])
    assert (result.exit_code, result.output) == (1, "Error: demonstration data is not for production\n")
    with app.app_context(), acting_for(clock()), transaction():
        assert db.session.scalars(select(Person)).all() == []


def test_cookies_without_tls(client: FlaskClient) -> None:
    answer = client.get("/log-ind")
    (cookie,) = cookies(answer)
    assert cookie.startswith("partnerskab=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")[1:]}
    assert "Strict-Transport-Security" not in answer.headers


def plain(value: object) -> str:
    """What somebody writes as a cursor who has not the service's key."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def cursor(app: Flask, value: object) -> str:
    """A cursor of ours with something in it."""
    with app.app_context():
        return seal_of("cursor").encrypt(json.dumps(value).encode()).decode()


ID = "019aaf5e-0000-7000-8000-000000000000"
OTHER_LISTS = (["a", "x"], ["a"], ["a", ID, "b"], ["2026-10-01", "1", ID], ["7"])
CURSORS = [
    plain(["a", ID]),
    plain("ab"),
    base64.urlsafe_b64encode(b"[" * 5_000).decode(),
    base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    "x",
    "%00%ff",
    "æøå",
    "' OR 1=1 --",
]


def test_a_page_of_a_list_that_is_not_one_is_refused(app: Flask, people: dict[str, Asker]) -> None:
    """What stands in an address is written by anyone: 422, never 500, on pages and in the API."""
    secretariat = people[SECRETARIAT]
    header = {"Authorization": f"Bearer {secretariat.key}"}
    for given in (*CURSORS, *(cursor(app, each) for each in OTHER_LISTS)):
        page = secretariat.client.get(f"/kommuner/{HERE}/aktiviteter", query_string={"side": given})
        assert page.status_code == 422, given[:60]
        answer = secretariat.client.get("/api/v1/activities", query_string={"cursor": given}, headers=header)
        assert answer.status_code == 422, given[:60]
        assert answer.json is not None
        assert list(answer.json["errors"]) == ["cursor"]
    statements = f"/kommuner/{HERE}/opgoerelser"
    for revision in ("9" * 30, "1_0", "１", "x", "-" * 5):
        given = cursor(app, ["2026-10-01", revision, ID])
        assert people[MANAGER].client.get(statements, query_string={"side": given}).status_code == 422, revision
    right = cursor(app, ["2026-10-01", "1", ID])
    assert people[MANAGER].client.get(f"/kommuner/{HERE}/opgoerelser", query_string={"side": right}).status_code == 200


def test_a_cursor_of_the_neighbours_list_shows_nothing_of_it(
    app: Flask, world: World, people: dict[str, Asker]
) -> None:
    """A cursor says where to begin, not whose list it is."""
    given = cursor(app, ["", str(world.there.activity)])
    page = people[MANAGER].client.get(f"/kommuner/{HERE}/aktiviteter", query_string={"side": given}).text
    assert world.there.canary not in page
    assert f"/kommuner/{THERE}/" not in page  # its digits alone can be part of an id or a token


ODD = [
    "/kommuner/05%000",
    "/kommuner/0580%0d%0aX:%20y",
    "/kommuner/%D9%A0580",
    "/kommuner/580",
    "/kommuner/0580'--",
    "/kommuner/../etc/passwd",
    "/kommuner/%2e%2e%2fetc",
    "/kommuner/%ff%fe",
    "/kommuner/" + "x" * 5000,
    "/kommuner/0580/aftaler/not-an-id",
    "/kommuner/0580/aftaler/00000000-0000-0000-0000-000000000000",
    "/kommuner/0580/opgoerelser/2026-13",
    "/kommuner/0580/opgoerelser/2026-1%00",
    "/opgoerelser/0001-01",
    "/opgoerelser/9999-12",
    "/opgoerelser/%D9%A2026-1",
    "/dokumenter/{" + "x" * 30 + "}",
    "/static/../app.py",
    "/static/%2e%2e/app.py",
    "/static/..%2f..%2fapp.py",
    "/api/v1/municipalities/05%000",
    "/api/v1/documents/x",
    "/.git/config",
]


@pytest.mark.gate("1.2.1", "13.4.1", "13.4.3", "13.4.4")
def test_odd_addresses_are_not_there_and_odd_verbs_are_refused(people: dict[str, Asker]) -> None:
    """Also for who may see every municipality."""
    for who in (SECRETARIAT, MANAGER):
        for path in ODD:
            headers = {"Authorization": f"Bearer {people[who].key}"} if path.startswith("/api/") else {}
            assert people[who].client.get(path, headers=headers).status_code == 404, (who, path)
        for verb in ("TRACE", "CONNECT", "PROPFIND", "X" * 100):
            assert people[who].client.open("/min-konto", method=verb).status_code == 405, verb


def test_an_address_for_forms_alone_leads_to_the_page_above_it(people: dict[str, Asker]) -> None:
    for path, above in (("/log-ud", "/"), ("/sprog", "/"), ("/log-ud/", None), ("/api/v1/me", None)):
        answer = people[MANAGER].client.get(path)
        assert answer.headers.get("Location") == above, path
        assert answer.status_code == (302 if above else answer.status_code)
    assert people[MANAGER].client.put("/log-ud").status_code == 405, "only who opens a page is led on"


@pytest.mark.gate("13.4.2", "16.5.1")
def test_an_error_shows_nothing_of_the_inside(
    app: Flask, people: dict[str, Asker], monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.platform.web.permits import permit

    def breaks() -> str:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr("service.platform.web.errors.log.exception", lambda *_args, **_values: None)
    monkeypatch.setitem(app.view_functions, "home.start", permit.signed_in(breaks))
    monkeypatch.setitem(app.view_functions, "api_me.who", permit.signed_in(breaks))
    for address in ("/", "/api/v1/me"):
        answer = people[MANAGER].ask("GET", address)
        assert answer.status_code == 500
        assert not [word for word in ("secret", "Traceback", "RuntimeError", "service/") if word in answer.text]
    assert not app.debug
    assert not app.testing


@pytest.mark.gate("16.5.1", "16.5.2", "16.5.3")
def test_without_the_database_it_is_said_so(
    settings: Settings, people: dict[str, Asker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 for who is signed in and for a program; the sign-in page and the sign of life stand; nothing tells where the database is."""
    away = "postgresql+psycopg://partnerskab_service:hemmeligt@127.0.0.1:1/intet"
    lost = create_app(replace(settings, database_url=away))
    monkeypatch.setattr("service.platform.web.errors.log.exception", lambda *_args, **_values: None)
    held = people[MANAGER].client.get_cookie("partnerskab")
    assert held is not None
    client = lost.test_client()
    assert client.get("/log-ind").status_code == 200
    token = token_of(client.get("/log-ind").text)
    tried = client.post("/log-ind", data={"csrf_token": token, "email": "a@kommune.example", "password": "x"})
    ready = client.get("/readyz")
    assert ready.json is not None
    assert ready.json["database"] == "unreachable"
    program = client.get("/api/v1/me", headers={"Authorization": f"Bearer {people[MANAGER].key}"})
    assert program.mimetype == "application/problem+json"
    client.set_cookie("partnerskab", held.value)
    answers = [
        tried,
        ready,
        program,
        client.get("/"),
        client.get("/min-konto"),
        client.get("/findes-ikke-uden-database"),
    ]
    assert [answer.status_code for answer in answers] == [503, 503, 503, 503, 503, 404]
    assert [answer.headers.get("Retry-After") for answer in answers] == ["10", "10", "10", "10", "10", None]
    for answer in answers:
        assert header_faults(answer) == []
        assert not [word for word in ("hemmeligt", "127.0.0.1:1", "psycopg", "intet@") if word in answer.text]


def asked(app: Flask, client: FlaskClient, address: str) -> int:
    """How often the database was asked for an address."""
    times: list[int] = []
    with app.app_context():
        engine = db.engine
    told = lambda *_args: times.append(1)  # noqa: E731
    event.listen(engine, "before_cursor_execute", told)
    try:
        with client.get(address) as answer:
            assert answer.status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", told)
    return len(times)


def test_what_everybody_gets_never_asks_the_database(app: Flask, people: dict[str, Asker]) -> None:
    """Neither who is signed in makes it so: the sign of life and the files of the design stand while it is away."""
    client = people[MANAGER].client
    for address in ("/healthz", "/static/app.css", "/api/v1/openapi.json"):
        assert asked(app, client, address) == 0, address
    assert asked(app, client, "/tilgaengelighed") > 0, "the control: a page says who is signed in"
