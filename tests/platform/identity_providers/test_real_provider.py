"""The whole way with a provider that others have written: npm's `oidc-provider`, on loopback, by a browser that follows what it is told."""

from __future__ import annotations

import http.cookiejar
import json
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from flask.testing import FlaskClient

from config.npm import build
from service.platform.identity_providers import openid
from tests.platform.identity_providers.conftest import Login
from tests.platform.identity_providers.test_openid import BACK, BEGIN, comes_back
from tests.support.pages import token_of

ACCOUNTS = {"anna": {"name": "Anna Andersen", "email": "anna@kommune.example", "roles": ["medarbejder"]}}
CLIENT = {
    "client_id": "partnerskab",
    "client_secret": "hemmeligt",
    "redirect_uris": [f"http://localhost{BACK}"],
    "post_logout_redirect_uris": ["http://localhost/log-ind"],
    "application_type": "native",
}
MAX_STEPS = 12
OUT = "/log-ud/kommune"


@pytest.fixture
def issuer(root: Path) -> Iterator[str]:
    """Where it listens."""
    module = root / "config/npm/provider/node_modules/oidc-provider/lib/index.js"
    assert module.is_file(), "config/setup.sh test installs it"
    command = [*build.node(), str(Path(__file__).with_name("provider.mjs")), str(module)]
    said = json.dumps({"client": CLIENT, "accounts": ACCOUNTS})
    with subprocess.Popen(
        [*command, said], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        lines = (line.strip() for line in process.stdout)
        yield next(line for line in lines if line.startswith("http://"))
        process.terminate()


class Stays(urllib.request.HTTPRedirectHandler):
    """Follow nothing by itself."""

    def redirect_request(self, *_args: object, **_named: object) -> None:
        """None: the answer is looked at."""
        return


def somebody() -> urllib.request.OpenerDirector:
    """A browser that keeps what it is signed in to."""
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), Stays)


def goes(browser: urllib.request.OpenerDirector, address: str) -> tuple[str, list[str]]:
    """Where a person comes back to who signs in there as Anna, and says yes to all; and what they were asked for."""
    form: bytes | None = None
    asked: list[str] = []
    for _step in range(MAX_STEPS):
        try:
            with browser.open(address, form, timeout=10) as answer:
                page, form = answer.read().decode(), None
        except urllib.error.HTTPError as error:
            if error.code not in (302, 303):
                raise
            address, form = urljoin(address, error.headers["Location"]), None
            if address.startswith("http://localhost/"):
                return address, asked
            continue
        sent = re.search(r'<form[^>]* action="([^"]+)"', page)
        hidden = re.search(r'name="(prompt|xsrf)" value="([^"]+)"', page)
        assert sent is not None, page
        assert hidden is not None, page
        address = urljoin(address, sent[1])
        asked.append(hidden[2] if hidden[1] == "prompt" else "logout")
        form = urlencode({hidden[1]: hidden[2], "login": "anna", "password": "x", "logout": "yes"}).encode()
    raise AssertionError("it leads nowhere")


def test_the_whole_way(client: FlaskClient, login: Login, issuer: str) -> None:
    openid.forget()
    login.keep(issuer=issuer)
    browser = somebody()
    came_back, _asked = goes(browser, client.get(f"{BEGIN}&next=/min-konto").headers["Location"])
    answer = dict(parse_qsl(urlsplit(came_back).query))
    assert {"state", "code", "iss"} <= set(answer)
    came = comes_back(client, **answer)
    assert (came.status_code, came.headers["Location"]) == (302, "/min-konto"), came.text
    assert "anna@kommune.example" in client.get("/min-konto").text

    left = client.post("/log-ud", data={"csrf_token": token_of(client.get("/min-konto").text)}, follow_redirects=True)
    assert "Du er stadig logget ind" in left.text
    assert "login" not in goes(browser, client.get(BEGIN).headers["Location"])[1], "the control: so they are"
    assert f'href="{OUT}/{login.id}"' in left.text
    way_out = client.get(f"{OUT}/{login.id}").headers["Location"]
    assert goes(browser, way_out) == ("http://localhost/log-ind", ["logout"])
    assert "login" in goes(browser, client.get(BEGIN).headers["Location"])[1], "asked for the password again"
    openid.forget()
