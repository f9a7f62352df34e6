"""A login is tried without letting anybody in, and what is missing or wrong is said step by step."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.platform.identity_providers import id_tokens
from service.platform.identity_providers.rules import ArrivalRefused, Assertion, Provider, ProviderKind
from service.platform.identity_providers.trial import TrialResult, TrialStep, TriedClaim, told_by
from tests.platform.identity_providers.conftest import Login
from tests.platform.identity_providers.speaking import STRANGE, Speaker
from tests.platform.identity_providers.test_openid import comes_back, is_in, sent_away
from tests.support.people import MANAGER, STAFF
from tests.support.world import HERE, THERE, sign_in


def tried(client: FlaskClient, login: Login, speaker: Speaker, **claims: Any) -> str:
    """What the page says once somebody has gone there and come back."""
    page = f"/log-ind/kommune/{login.id}/proev"
    sent = sent_away(client, f"{page}/start")
    speaker.says(**{"nonce": sent["nonce"], **claims})
    answer = comes_back(client, state=sent["state"], code="a-code")
    assert answer.status_code == 200
    assert not is_in(client)
    return answer.text


def went(page: str) -> list[str]:
    """How each step went."""
    return re.findall(r"<t[dh][^>]*>\s*[1-5][.] [^<]*</t[dh]>\s*<td[^>]*>\s*(.*?)\s*</td>", page, re.DOTALL)


def test_what_works_is_told_and_lets_nobody_in(app: Flask, client: FlaskClient, login: Login, speaker: Speaker) -> None:
    before = client.get(f"/log-ind/kommune/{login.id}/proev").text
    assert "http://localhost/log-ind/kommune/svar" in before
    assert "leder" in before
    page = tried(client, login, speaker)
    assert went(page) == ["Ja"] * 5
    assert "Medarbejder" in page
    assert len(re.findall(r">\s*Mangler\s*<", page)) == 2, "auth_time and amr, which it does without"
    assert "Anna" not in page, "what came of her is not shown"
    assert "roles" in page
    assert "noget-andet" in page


@pytest.mark.parametrize(
    ("changes", "claims", "steps", "words"),
    [
        ({"client_id": "en-anden"}, {}, 3, "Se på klient-id"),
        ({}, {"nonce": "x"}, 3, "nonce"),
        ({}, {"roles": None, "groups": ["medarbejder"]}, 4, "groups"),
        ({}, {"roles": ["medarbejder", "medarbejder:0101"]}, 4, "en rolle, som kommunen ikke kan give"),
        ({}, {"email": None}, 4, "sender ikke dit navn og din e-mailadresse"),
    ],
)
def test_what_is_wrong_is_told_with_the_step_that_failed(
    client: FlaskClient,
    login: Login,
    speaker: Speaker,
    changes: dict[str, Any],
    claims: dict[str, Any],
    steps: int,
    words: str,
) -> None:
    login.keep(issuer=speaker.issuer, **changes)
    page = tried(client, login, speaker, **claims)
    assert went(page) == ["Ja"] * steps + ["Nej"] + ["Ikke prøvet"] * (4 - steps)
    assert words in page


def test_what_fails_before_a_token_is_told(client: FlaskClient, login: Login, speaker: Speaker) -> None:
    sent = sent_away(client, f"/log-ind/kommune/{login.id}/proev/start")
    page = comes_back(client, state=sent["state"], error="access_denied").text
    assert went(page) == ["Ja", "Nej", *["Ikke prøvet"] * 3]
    assert "hvem der må bruge applikationen" in page
    speaker.key = STRANGE
    assert went(tried(client, login, speaker)) == ["Ja", "Ja", "Ja", "Nej", "Ikke prøvet"]
    speaker.answers["/token"] = lambda: {"access_token": "abc"}
    assert went(tried(client, login, speaker)) == ["Ja", "Ja", "Nej", "Ikke prøvet", "Ikke prøvet"]
    login.keep(issuer="https://127.0.0.1:9")
    page = client.get(f"/log-ind/kommune/{login.id}/proev/start").text
    assert went(page) == ["Nej", *["Ikke prøvet"] * 4]


def test_a_trial_is_of_what_is_switched_on(client: FlaskClient, login: Login) -> None:
    login.keep(switched_on=False)
    for address in ("proev", "proev/start"):
        assert client.get(f"/log-ind/kommune/{login.id}/{address}").status_code == 404


def test_what_is_shown_of_a_token_is_bounded() -> None:
    """The pure rule: names and values are cut off, and a claim of any shape breaks nothing."""
    provider = Provider(UUID(int=7), ProviderKind.OIDC, "https://x", HERE, "1", None, asks_second=False)
    for roles in (["x" * 500] * 100, "leder", {"a": 1}, 7, None):
        claims = {"iat": 1.0, "roles": roles, **{f"c{number}": 1 for number in range(100)}}
        said = Assertion(
            kind=ProviderKind.OIDC, provider_id=provider.id, issuer="https://x", subject="s", cvr=None, level=None,
            roles=id_tokens.roles_in(claims, "roles", {}, HERE), second=False, at=dt.datetime.now(dt.UTC),
            name="", email="",
        )  # fmt: skip
        found = told_by(claims, said, provider, "roles")
        assert (found.failed, found.refused) == (TrialStep.LET_IN, ArrivalRefused.NO_ROLE)
        assert len(found.values) <= 20
        assert max(map(len, (*found.values, *found.claims))) <= 60
        assert found.found == frozenset()
    assert TrialResult(None, found=frozenset({TriedClaim.NAME})).state(TrialStep.LET_IN) is True


def test_the_manager_reads_how_it_is_set_up_and_changes_nothing(app: Flask, login: Login) -> None:
    """With what the IT department enters at its own side; and neither the secret, nor another municipality's."""
    manager = sign_in(app.test_client(), MANAGER)
    page = manager.get(f"/kommuner/{HERE}/kommunens-login").text
    assert all(word in page for word in ("https://login.kommune.example", "leder", "medarbejder", "auth_time"))
    assert "http://localhost/log-ind/kommune/svar" in page
    assert f"/log-ind/kommune/{login.id}/proev" in page
    assert "hemmeligt" not in page
    assert f"/kommuner/{HERE}/kommunens-login" in manager.get(f"/kommuner/{HERE}/medarbejdere").text
    assert manager.get(f"/kommuner/{THERE}/kommunens-login").status_code == 404
    assert sign_in(app.test_client(), STAFF).get(f"/kommuner/{HERE}/kommunens-login").status_code == 404
    login.keep(switched_on=False)
    page = manager.get(f"/kommuner/{HERE}/kommunens-login").text
    assert "Det er ikke slået til" in page
    assert "https://login.kommune.example" not in page
