"""Asking a provider who somebody is, and what it is told of us: by pysaml2."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from service.platform.identity_providers.rules import AssuranceLevel
from service.platform.identity_providers.spoken import PROGRAM
from service.platform.saml.provider_metadata import REDIRECT, ProviderMetadata
from service.platform.saml.rules import LEAST, NAMES, PERSISTENT, Attribute

if TYPE_CHECKING:
    from saml2.client import Saml2Client

POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
SIGNED_BY = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
DIGEST = "http://www.w3.org/2001/04/xmlenc#sha256"
LEVELS: Mapping[AssuranceLevel, str] = {
    AssuranceLevel.LOW: "https://data.gov.dk/concept/core/nsis/loa/Low",
    AssuranceLevel.SUBSTANTIAL: "https://data.gov.dk/concept/core/nsis/loa/Substantial",
    AssuranceLevel.HIGH: "https://data.gov.dk/concept/core/nsis/loa/High",
}


@dataclass(frozen=True, slots=True)
class Us:
    """Whom providers know us as, where their answers come to, and the key that we sign with and that they encrypt for."""

    entity_id: str
    address: str
    leaving: str  # where they ask us to sign somebody out, and answer when we ask them
    key_file: str
    certificate_file: str
    demands_encryption: bool = True


@dataclass(frozen=True, slots=True)
class SamlRequest:
    """A request: its id, which the answer names, and where a browser takes it."""

    id: str
    location: str


def ask(us: Us, provider: ProviderMetadata, least: AssuranceLevel | None, *, anew: bool) -> SamlRequest:
    """A signed request to a provider, to prove who somebody is as surely as is demanded; `anew`: whatever they proved to it before."""
    client = _client(us)
    context = {"authn_context_class_ref": [LEVELS[least or LEAST]], "comparison": "minimum"}
    key = _new_id()
    _key, request = client.create_authn_request(
        provider.address,
        binding=POST,
        nameid_format=PERSISTENT,
        requested_authn_context=context,
        message_id=key,
        force_authn=str(anew).lower(),
        sign=False,
    )
    return SamlRequest(key, _in_address(client, request, provider.address))


def ask_to_leave(us: Us, provider: ProviderMetadata, name: str, session: str) -> SamlRequest:
    """A signed request to a provider to sign out whom it knows by that name, of what it calls so; where it said nothing, of all."""
    from saml2.saml import NameID

    client, key = _client(us), _new_id()
    _key, request = client.create_logout_request(
        provider.leaving,
        provider.entity_id,
        name_id=NameID(format=PERSISTENT, text=name),
        session_indexes=[session] if session else None,
        message_id=key,
        sign=False,
    )
    return SamlRequest(key, _in_address(client, request, provider.leaving))


def answer_leaving(us: Us, provider: ProviderMetadata, request_id: str, relay: str, *, known: bool) -> str:
    """Where a browser takes our signed answer to a provider's request to sign somebody out; `known`: whether there is such a person."""
    from saml2.samlp import (
        STATUS_RESPONDER,
        STATUS_SUCCESS,
        STATUS_UNKNOWN_PRINCIPAL,
        LogoutResponse,
        Status,
        StatusCode,
    )
    from saml2.time_util import instant

    client = _client(us)
    inner = None if known else StatusCode(value=STATUS_UNKNOWN_PRINCIPAL)
    code = StatusCode(value=STATUS_SUCCESS if known else STATUS_RESPONDER, status_code=inner)
    answer = LogoutResponse(
        id=_new_id(),
        version="2.0",
        issue_instant=instant(),
        in_response_to=request_id,
        destination=provider.left,
        issuer=client._issuer(),  # noqa: SLF001
        status=Status(status_code=code),
    )
    return _in_address(client, answer, provider.left, relay, response=True)


def _new_id() -> str:
    return f"_{secrets.token_hex(20)}"


def _in_address(client: Saml2Client, message: Any, address: str, relay: str = "", *, response: bool = False) -> str:
    sent = client.apply_binding(
        REDIRECT, str(message), address, relay_state=relay, response=response, sign=True, sigalg=SIGNED_BY
    )
    return str(dict(sent["headers"])["Location"])


def metadata(us: Us) -> bytes:
    """What a provider is told of us, as XML."""
    from saml2.metadata import create_metadata_string

    told: bytes = create_metadata_string("", config=_client(us).config)
    return told


@cache
def _client(us: Us) -> Saml2Client:
    from saml2.client import Saml2Client
    from saml2.config import SPConfig

    return Saml2Client(SPConfig().load(_configuration(us)))


def _configuration(us: Us) -> dict[str, Any]:
    return {
        "entityid": us.entity_id,
        "key_file": us.key_file,
        "cert_file": us.certificate_file,
        "encryption_keypairs": [{"key_file": us.key_file, "cert_file": us.certificate_file}],
        "xmlsec_path": [PROGRAM],
        "signing_algorithm": SIGNED_BY,
        "digest_algorithm": DIGEST,
        "service": {
            "sp": {
                "name": {"text": "Partnerskab", "lang": "da"},
                "endpoints": {
                    "assertion_consumer_service": [(us.address, POST)],
                    "single_logout_service": [(us.leaving, REDIRECT)],
                },
                "authn_requests_signed": True,
                "want_assertions_signed": True,
                "name_id_format": [PERSISTENT],
                "required_attributes": [NAMES[each][0] for each in Attribute],
            }
        },
    }
