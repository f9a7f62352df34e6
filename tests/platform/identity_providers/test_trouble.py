"""A provider that hangs, fails, floods or leads elsewhere keeps nobody waiting, and takes the service nowhere."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.platform.identity_providers import fetching
from service.platform.work import outward
from tests.platform.identity_providers.conftest import Login
from tests.platform.identity_providers.speaking import CONFIGURATION, Speaker
from tests.platform.identity_providers.test_openid import BEGIN, goes_through

MEGABYTE = b" " * 1024 * 1024


def drip(handler: Any) -> None:
    """Say a little at a time, until the other has gone."""
    handler.send_response(200)
    handler.end_headers()
    for _moment in range(100):
        if not says(handler, b" "):
            return
        time.sleep(0.1)


def flood(handler: Any) -> None:
    """Say what is asked for, and then a hundred megabytes of nothing."""
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(json.dumps(handler.server.speaker.answer(handler.path)).encode())
    for _part in range(100):
        if not says(handler, MEGABYTE):
            return


def says(handler: Any, part: bytes) -> bool:
    """Say a part. Returns whether the other was still there; that they have gone is noted."""
    try:
        handler.wfile.write(part)
    except OSError:
        handler.server.speaker.left.set()
        return False
    return True


def hang(handler: Any) -> None:
    """Say nothing until the other has gone."""
    handler.connection.settimeout(10)
    handler.rfile.read(1)


def fail(handler: Any) -> None:
    handler.send_error(500)


def lead_away(handler: Any) -> None:
    handler.send_response(302)
    handler.send_header("Location", f"http://127.0.0.1:{handler.server.server_port}/elsewhere")
    handler.end_headers()


@pytest.mark.parametrize("path", [CONFIGURATION, "/token", "/keys"])
@pytest.mark.parametrize("trouble", [hang, drip, fail, flood, lead_away])
def test_a_provider_in_trouble_keeps_nobody_waiting(
    client: FlaskClient,
    speaker: Speaker,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Callable[[Any], None],
    path: str,
) -> None:
    """It is cut off, nothing is led elsewhere, and the page says so."""
    monkeypatch.setattr(outward, "SECONDS", 10.0 if trouble is flood else 0.3)
    speaker.troubles[path] = trouble
    answer = client.get(BEGIN) if path == CONFIGURATION else goes_through(client, speaker)
    assert answer.status_code == 503
    assert "svarer ikke" in answer.text
    assert not [asked for asked, _form, _auth in speaker.asked if asked == "/elsewhere"]
    assert trouble not in (drip, flood) or speaker.left.wait(5), "it was cut off before it had ended"
    del speaker.troubles[path]
    assert goes_through(client, speaker).status_code == 302, "and all is well when it is"


def test_a_provider_that_is_not_there_at_all(client: FlaskClient, login: Login) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        login.keep(issuer=f"http://127.0.0.1:{taken.getsockname()[1]}")
        assert client.get(BEGIN).status_code == 503


def test_no_more_than_a_few_wait_for_providers_at_once(client: FlaskClient, speaker: Speaker) -> None:
    for _turn in range(fetching.MAX_AT_ONCE):
        assert fetching._room.acquire(blocking=False)
    try:
        assert client.get(BEGIN).status_code == 503
    finally:
        for _turn in range(fetching.MAX_AT_ONCE):
            fetching._room.release()
    assert client.get(BEGIN).status_code == 302


@pytest.mark.parametrize(
    "lie",
    [
        {"issuer": "https://login.elsewhere.example"},
        {"token_endpoint": "http://127.0.0.1:6379/"},
        {"jwks_uri": "http://169.254.169.254/latest"},
        {"authorization_endpoint": "https://login.elsewhere.example/auth"},
        {"token_endpoint": None},
    ],
)
def test_what_a_provider_tells_of_itself_leads_nowhere_else(
    client: FlaskClient, speaker: Speaker, lie: dict[str, Any]
) -> None:
    speaker.answers[CONFIGURATION] = lambda: speaker.told() | lie
    assert client.get(BEGIN).status_code == 503


@pytest.mark.parametrize("elsewhere", [None, "https://somewhere.else.example/out", 7])
def test_who_cannot_sign_out_there_from_here_is_told_what_to_do(
    client: FlaskClient, speaker: Speaker, login: Login, elsewhere: object
) -> None:
    """A provider with no place for it, or one that leads elsewhere; and nobody is led on."""
    speaker.answers["/.well-known/openid-configuration"] = lambda: {**speaker.told(), "end_session_endpoint": elsewhere}
    answer = client.get(f"/log-ud/kommune/{login.id}")
    assert (answer.status_code, "Luk så browseren" in answer.text) == (200, True)
    speaker.answers.clear()
    assert client.get("/log-ud/kommune").status_code == 200
