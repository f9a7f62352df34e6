"""The municipality's IT tries its SAML login, and one of its people signs in, and out here and there: all of it by way of another site."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Route
from saml2 import BINDING_HTTP_REDIRECT

from service.platform.saml.asking import Us
from tests.support.browser import assert_accessible, complaints, served, visit
from tests.support.saml import SIGNE, SLO, SSO, SamlProvider, attributes, pair
from tests.support.world import HERE


def test_from_a_first_try_to_a_sign_in_and_out(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with served(app) as address, visit(browser) as page:
        ours, told, sent = pair("us"), tmp_path / "metadata.xml", attributes(email=None)
        idp = SamlProvider(
            Us(
                f"{address}/saml/metadata",
                f"{address}/log-ind/saml/svar",
                f"{address}/log-ud/saml",
                ours.key_file,
                ours.certificate_file,
            ),
            pair("provider"),
        )
        settings = replace(
            app.extensions["settings"],
            public_url=address,
            saml_key_file=ours.key_file,
            saml_certificate_file=ours.certificate_file,
        )
        monkeypatch.setitem(app.extensions, "settings", settings)
        told.write_text(idp.metadata())
        done = app.test_cli_runner().invoke(args=["saml", "keep", "--municipality", HERE, "--metadata", str(told)])
        begins = done.output.split()[-1]

        def answer(route: Route) -> None:
            """The provider's page, which sends its answer by itself."""
            asked = parse_qs(urlsplit(route.request.url).query)["SAMLRequest"][0]
            key = idp.server.parse_authn_request(asked, BINDING_HTTP_REDIRECT).message.id
            value = base64.b64encode(idp.answer(key, sent=sent)).decode()
            field = f'<input name="SAMLResponse" value="{value}">'
            script = "<script>document.forms[0].submit()</script>"
            route.fulfill(
                content_type="text/html", body=f'<form method="post" action="{idp.us.address}">{field}</form>{script}'
            )

        def go(where: str) -> None:
            """To the provider, which a browser is sent to from there."""
            page.goto(page.request.get(where, max_redirects=0).headers["location"])

        page.route(f"{SSO}**", answer)
        page.goto(f"{begins}/proev")
        assert_accessible(page)
        go(f"{begins}/proev/start")
        page.get_by_text("Mangler", exact=True).wait_for()
        page.get_by_text("Med dette svar kommer ingen ind").wait_for()
        assert_accessible(page)
        sent.update(attributes())
        go(f"{begins}?next=/min-konto")
        page.wait_for_url("**/min-konto")
        page.get_by_text("Signe Prøve").first.wait_for()

        def leave(route: Route) -> None:
            """The provider signs them out, and sends them back."""
            asked = parse_qs(urlsplit(route.request.url).query)
            if "SAMLResponse" in asked:
                route.fulfill(content_type="text/html", body="Farvel")
            else:
                told = idp.server.parse_logout_request(asked["SAMLRequest"][0], BINDING_HTTP_REDIRECT).message
                onward = f"location.replace('{address}/log-ud/saml?{idp.left(told)}')"
                route.fulfill(content_type="text/html", body=f"<script>{onward}</script>")

        page.route(f"{SLO}**", leave)
        page.get_by_role("button", name="Log ud").first.click()
        assert_accessible(page)
        link = page.get_by_role("link", name="Log ud af kommunens login").get_attribute("href")
        go(address + page.request.get(f"{address}{link}", max_redirects=0).headers["location"])
        page.get_by_text("også af kommunens login").wait_for()
        go(f"{begins}?next=/min-konto")
        page.wait_for_url("**/min-konto")
        page.goto(f"{address}/log-ud/saml?{idp.leave(SIGNE)}")
        page.wait_for_url(f"{SLO}**")
        page.goto(f"{address}/min-konto")
        assert "/log-ind" in page.url
        assert complaints(page) == []
