"""Coming in through SAML, page by page: asked of the real provider, answered by it, and decided where every way in is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, update

from service.platform.accounts.models import LoginSession
from service.platform.identity_providers import spoken, ties
from service.platform.identity_providers.models import ProviderSubject
from service.platform.web.arrival import FRESH
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock
from tests.platform.saml.coming import METADATA, ask, come, come_in, inside
from tests.support import people
from tests.support.forms import forms_of
from tests.support.saml import CVR, MANAGER, STAFF, SamlProvider, attributes, group, pair, privilege_list
from tests.support.world import HERE, THERE, sign_in


def test_who_comes_is_made_let_in_and_shut_when_no_role_is_sent(app: Flask, idp: SamlProvider, begins: str) -> None:
    client = app.test_client()
    answer = come_in(client, idp, f"{begins}?next=/min-konto/profil")
    assert (answer.status_code, answer.location) == (302, "/min-konto/profil"), answer.text
    assert "Signe Prøve" in client.get("/min-konto").text
    other = app.test_client()
    gone = come_in(other, idp, begins, privileges=privilege_list(group("urn:dk:other:system")))
    assert gone.status_code == 403
    assert "Din kommune har ikke givet dig en rolle i Partnerskab" in gone.text
    assert not inside(other)
    assert not inside(client)


def test_the_providers_page_brings_no_cookie_and_ours_does(app: Flask, idp: SamlProvider, begins: str) -> None:
    """A browser keeps its cookies back from what another site's page sends: the answer goes on from a page of ours."""
    client, bare = app.test_client(), app.test_client(use_cookies=False)
    data = idp.answer(ask(client, idp, begins))
    onward = come(bare, data, RelayState="https://evil.example")
    assert onward.status_code == 200
    assert "Set-Cookie" not in onward.headers
    (form,) = forms_of(onward.text)
    answer = client.post(form.action, data={**form.sends, "RelayState": "https://evil.example"})
    assert (answer.status_code, answer.location) == (302, "/")
    assert inside(client)


def test_an_answer_is_of_use_to_the_browser_that_asked_and_once(app: Flask, idp: SamlProvider, begins: str) -> None:
    client, other = app.test_client(), app.test_client()
    data = idp.answer(ask(client, idp, begins))
    kept = client.get_cookie("partnerskab")
    assert kept
    assert come(other, data, again="1").status_code == 403
    ask(other, idp, begins)
    assert come(other, data).status_code == 403
    assert come(client, data).status_code == 302
    assert come(client, data, again="1").status_code == 403
    client.set_cookie("partnerskab", kept.value)
    assert come(client, data).status_code == 403
    assert not inside(client)
    assert not inside(other)


def test_another_municipalitys_way_in_lets_nobody_in_here(
    app: Flask, idp: SamlProvider, begins: str, tmp_path: Path
) -> None:
    """The common proxy speaks for all: the CVR number in what it says must be that of the municipality that was chosen."""
    done = app.test_cli_runner().invoke(
        args=["saml", "keep", "--municipality", THERE, "--metadata", str(tmp_path / "metadata.xml")]
    )
    there = urlsplit(done.output.split()[-1]).path
    client = app.test_client()
    assert come_in(client, idp, there).status_code == 403
    assert come_in(client, idp, there, privileges=privilege_list(group(MANAGER))).status_code == 403
    assert not inside(client)


def test_whoever_has_an_account_connects_it(app: Flask, idp: SamlProvider, begins: str) -> None:
    """Nobody is known by their address: who has an account already comes in by it once they have proved both."""
    stranger, client = app.test_client(), app.test_client()
    address = people.STAFF
    assert come_in(stranger, idp, begins, email=address).status_code == 403
    assert client.get(f"{begins}?formaal=tilknyt").status_code == 404
    sign_in(client, address)
    connects = f"{begins}?formaal=tilknyt"
    with app.app_context(), acting_for(clock()), transaction():  # a browser that was left open is no way in
        db.session.execute(update(LoginSession).values(proved_at=now() - FRESH))
    assert client.get(connects).headers["Location"].startswith("/bekraeft")
    with app.app_context(), acting_for(clock()), transaction():
        db.session.execute(update(LoginSession).values(proved_at=now()))
    assert come_in(client, idp, connects, privileges=privilege_list(group(MANAGER))).status_code == 409
    assert come_in(client, idp, connects).location == "/min-konto"
    assert come_in(stranger, idp, begins, email=address).status_code == 302
    assert inside(stranger)


def test_it_is_chosen_with_all_other_logins(app: Flask, idp: SamlProvider, begins: str) -> None:
    client = app.test_client()
    onward = next(link for link in re.findall(r'href="([^"]*/videre[^"]*)"', client.get("/log-ind/kommune").text))
    sent = client.get(onward.replace("&amp;", "&"))
    assert urlsplit(sent.location).path == begins


def test_who_they_are_is_proved_anew_there(app: Flask, idp: SamlProvider, begins: str) -> None:
    """What they proved to it this morning is not proved now, and whoever else proves it is not them."""
    client, confirms = app.test_client(), f"{begins}?formaal=bekraeft&next=/min-konto/profil"
    assert client.get(confirms).status_code == 404
    come_in(client, idp, begins)

    def morning(_response: Any, assertion: Any) -> None:
        assertion.authn_statement[0].authn_instant = "2026-01-01T06:00:00Z"

    def another(_response: Any, assertion: Any) -> None:
        assertion.subject.name_id.text = "another"

    for bend, status in ((morning, 403), (another, 403), (lambda _response, _assertion: None, 302)):
        answer = come(client, idp.answer(ask(client, idp, confirms), sent=attributes(), bend=bend))
        assert answer.status_code == status, answer.text
        assert inside(client)
    assert answer.location == "/min-konto/profil"


def test_who_was_let_go_is_tied_by_another_name_once_they_prove_it_anew(
    app: Flask, idp: SamlProvider, begins: str
) -> None:
    client, other = app.test_client(), app.test_client()
    come_in(client, idp, begins)
    with app.app_context(), acting_for(clock([HERE])), transaction():
        [row] = db.session.scalars(select(ProviderSubject)).all()
        ties.release(row.person_id, HERE)
    assert not inside(client)

    def moved(_response: Any, assertion: Any) -> None:
        assertion.subject.name_id.text = "moved"

    def long_ago(response: Any, assertion: Any) -> None:
        moved(response, assertion)
        assertion.authn_statement[0].authn_instant = "2026-01-01T06:00:00Z"

    anew = f"{begins}?formaal=igen"
    for where, bend, status in ((begins, moved, 403), (anew, long_ago, 403), (anew, moved, 302), (begins, moved, 302)):
        answer = come(other, idp.answer(ask(other, idp, where), sent=attributes(), bend=bend))
        assert answer.status_code == status, answer.text


def test_it_is_tried_without_letting_anybody_in(app: Flask, idp: SamlProvider, begins: str) -> None:
    client = app.test_client()
    page = client.get(f"{begins}/proev")
    assert page.status_code == 200
    assert all(word in page.text for word in (CVR, STAFF, MANAGER, METADATA))

    def tried(**sent: str | None) -> str:
        told = come(client, idp.answer(ask(client, idp, f"{begins}/proev/start"), sent=attributes(**sent)))
        assert told.status_code == 200
        assert "Signe" not in told.text
        assert not inside(client)
        return told.text

    whole, lacking = tried(), tried(cvr=None, email=None)
    assert [len(re.findall(r">\s*(?:Mangler|Missing)\s*<", text)) for text in (whole, lacking)] == [0, 2]


def test_a_place_without_it_offers_nothing(app: Flask, begins: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    ways = [begins, f"{begins}/proev", f"{begins}/proev/start", METADATA]
    monkeypatch.setattr(spoken, "PROGRAM", "no-such-program")
    assert "/videre" not in client.get("/log-ind/kommune").text
    assert [client.get(way).status_code for way in ways] == [404] * 4
    monkeypatch.undo()
    assert [client.get(way).status_code for way in ways] == [404] * 4  # no key is set


def test_nothing_but_a_providers_metadata_is_kept(app: Flask, idp: SamlProvider, begins: str, tmp_path: Path) -> None:
    told = idp.metadata()
    for number, text in enumerate(
        (
            "Danmark",
            idp.us.entity_id,
            told.replace("EntityDescriptor", "EntitiesDescriptor"),
            told.replace("https://idp.kommune.example/sso", "http://idp.kommune.example/sso"),
            told.replace("bindings:HTTP-Redirect", "bindings:SOAP"),
            re.sub(r"X509Certificate>[^<]+<", "X509Certificate>QQ==<", told),
            told.replace(base_of(idp), base_of(SamlProvider(idp.us, pair("short", 1024)))),
        )
    ):
        file = tmp_path / f"{number}.xml"
        file.write_text(text)
        done = app.test_cli_runner().invoke(args=["saml", "keep", "--municipality", THERE, "--metadata", str(file)])
        assert done.exit_code == 1, text


def base_of(provider: SamlProvider) -> str:
    """The provider's certificate as it stands in its metadata."""
    return re.findall(r"X509Certificate>([^<]+)<", provider.metadata())[0]
