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
    key = f"_{secrets.token_hex(20)}"
    _key, request = client.create_authn_request(
        provider.address,
        binding=POST,
        nameid_format=PERSISTENT,
        requested_authn_context=context,
        message_id=key,
        force_authn=str(anew).lower(),
        sign=False,
    )
    sent = client.apply_binding(REDIRECT, str(request), provider.address, sign=True, sigalg=SIGNED_BY)
    return SamlRequest(key, dict(sent["headers"])["Location"])


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
                "endpoints": {"assertion_consumer_service": [(us.address, POST)]},
                "authn_requests_signed": True,
                "want_assertions_signed": True,
                "name_id_format": [PERSISTENT],
                "required_attributes": [NAMES[each][0] for each in Attribute],
            }
        },
    }
