"""OpenID Connect: where somebody is sent to prove who they are, and what their provider says when they come back."""

from __future__ import annotations

import base64
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from service.platform.identity_providers import id_tokens
from service.platform.identity_providers.fetching import fetch
from service.platform.identity_providers.id_tokens import Expected, UnknownKey, Untrue
from service.platform.identity_providers.issuers import lie_with, lies_with
from service.platform.identity_providers.models import IdentityProvider
from service.platform.identity_providers.operations import secret_of
from service.platform.identity_providers.rules import Assertion, ProviderKind
from service.platform.web.identity import Role
from tenants.database import now

KEPT_FOR = 3600.0  # seconds that what a provider tells of itself is kept in this process
ASKED_AGAIN_AFTER = 60.0  # seconds before an unknown key is a reason to ask again
MAX_KEPT = 500
_kept: dict[str, tuple[float, dict[str, Any]]] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class SentAway:
    """What somebody was sent to their provider with. It lies in their own browser meanwhile, so the answer is good there alone."""

    provider_id: str
    state: str
    nonce: str
    verifier: str
    purpose: str
    following: str
    at: int


def ask(provider_id: UUID, purpose: str, following: str) -> SentAway:
    """What to send somebody to their provider with."""
    verifier = generate_token(64)
    state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    return SentAway(str(provider_id), state, nonce, verifier, purpose, following, int(now().timestamp()))


def address(row: IdentityProvider, asked: SentAway, back: str, *, anew: bool) -> str:
    """Where to send them; `anew`: to prove it though they are signed in there. Raises ProviderAway, and Untrue where it is another's."""
    more = {"prompt": "login", "max_age": "0"} if anew else {}
    return str(
        prepare_grant_uri(
            told(row)["authorization_endpoint"],
            row.client_id,
            "code",
            redirect_uri=back,
            scope="openid profile email",
            state=asked.state,
            nonce=asked.nonce,
            code_challenge=create_s256_code_challenge(asked.verifier),
            code_challenge_method="S256",
            response_mode="query",
            **more,
        )
    )


def way_out(row: IdentityProvider, back: str) -> str | None:
    """Where somebody ends what they are signed in to there, and is sent on to `back`; None where the provider has no such place.

    By OpenID Connect RP-Initiated Logout 1.0. We keep no ID token to show them, so they are asked there whether they mean it.
    Raises ProviderAway, and Untrue where it is another's.
    """
    place = told(row).get("end_session_endpoint")
    if place is None:
        return None
    if not lies_with(row.issuer, place):
        raise Untrue("discovery")
    return str(add_params_to_uri(place, [("client_id", row.client_id), ("post_logout_redirect_uri", back)]))


def redeem(row: IdentityProvider, asked: SentAway, code: str, back: str, *, anew: bool) -> Assertion:
    """What the provider says of whoever came back with that code. Raises ProviderAway, and Untrue for what proves nothing."""
    token, access_token = exchange(row, asked, code, back)
    return said(row, claims_in(row, asked, token, access_token, anew=anew))


def exchange(row: IdentityProvider, asked: SentAway, code: str, back: str) -> tuple[str, str]:
    """The ID token and the access token that the provider gives us for a code. Raises ProviderAway, and Untrue where there is none."""
    answer = _exchange(row, told(row), {"code": code, "redirect_uri": back, "code_verifier": asked.verifier})
    token, access_token = answer.get("id_token"), answer.get("access_token")
    if not isinstance(token, str):
        raise Untrue("no id token")
    return token, access_token if isinstance(access_token, str) else ""


def claims_in(
    row: IdentityProvider, asked: SentAway, token: str, access_token: str, *, anew: bool
) -> Mapping[str, Any]:
    """What an ID token says in answer to what was asked. Raises ProviderAway, and Untrue where it proves nothing."""
    expected = Expected(row.issuer, row.client_id, asked.nonce, row.tenant, asked.at if anew else None)
    keys_at = told(row)["jwks_uri"]
    try:
        return id_tokens.claims_of(token, _fetched(keys_at), expected, now(), access_token)
    except UnknownKey:  # the keys are asked for once more
        return id_tokens.claims_of(token, _fetched(keys_at, ASKED_AGAIN_AFTER), expected, now(), access_token)


def said(row: IdentityProvider, claims: Mapping[str, Any]) -> Assertion:
    """What claims say of their person."""
    values = {row.manager_value: Role.MANAGER, row.staff_value: Role.STAFF}
    means = {value: role for value, role in values.items() if value}
    return Assertion(
        kind=ProviderKind.OIDC,
        provider_id=row.id,
        issuer=claims["iss"],
        subject=claims["sub"],
        cvr=None,
        level=None,
        roles=id_tokens.roles_in(claims, row.roles_claim, means, row.municipality_code),
        second=id_tokens.asked_second(claims),
        at=id_tokens.proved_at(claims),
        name=id_tokens.name_in(claims),
        email=id_tokens.email_in(claims),
    )


def _exchange(row: IdentityProvider, tells: Mapping[str, Any], form: Mapping[str, str]) -> dict[str, Any]:
    """What is given for a code, to whom the provider knows."""
    secret = secret_of(row)
    sent = {"grant_type": "authorization_code", "client_id": row.client_id, **form}
    if not secret:
        return fetch(tells["token_endpoint"], sent)
    if "client_secret_post" in (tells.get("token_endpoint_auth_methods_supported") or ()):
        return fetch(tells["token_endpoint"], {**sent, "client_secret": secret})
    pair = f"{quote(row.client_id, safe='')}:{quote(secret, safe='')}"
    return fetch(tells["token_endpoint"], sent, f"Basic {base64.b64encode(pair.encode()).decode()}")


def told(row: IdentityProvider) -> dict[str, Any]:
    """What a provider tells of itself. Raises ProviderAway, and Untrue where it leads to another's."""
    found = _fetched(f"{row.issuer.rstrip('/')}/.well-known/openid-configuration")
    if not lie_with(row.issuer, found):
        raise Untrue("discovery")
    return found


def _fetched(url: str, not_older: float = KEPT_FOR) -> dict[str, Any]:
    """What stands at an address, kept for a while: asked for anew where what is kept is older than so many seconds."""
    moment = time.monotonic()
    with _lock:
        fetched_at, kept = _kept.get(url, (0.0, {}))
    if kept and moment - fetched_at < not_older:
        return kept
    found = fetch(url)
    with _lock:
        if len(_kept) >= MAX_KEPT:
            _kept.clear()
        _kept[url] = (moment, found)
    return found


def forget() -> None:
    """Forget what providers have told of themselves."""
    with _lock:
        _kept.clear()
