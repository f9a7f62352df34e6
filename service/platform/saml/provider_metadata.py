"""What a provider says of itself, as its municipality hands it in: who it is, where it is asked, and by which keys it signs."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from service.platform.saml.document import DS
from service.platform.saml.safe_xml import NotSafe, parsed

MAX_BYTES = 100_000
MAX_ADDRESS = 500
MIN_RSA = 2048  # bits
MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"


class NotMetadata(ValueError):
    """A text that is no metadata of one provider, with an address and a key that can be used."""


@dataclass(frozen=True, slots=True)
class ProviderMetadata:
    """What we keep to of a provider."""

    entity_id: str
    address: str  # where somebody is sent who is to prove who they are
    certificates: tuple[str, ...]  # PEM; of each the key alone counts
    leaving: str  # where it is asked to sign somebody out; "" where it takes no such request in an address
    left: str  # where our answer to its own such request goes; "" as well


def read(text: str) -> ProviderMetadata:
    """The metadata in a text. Raises NotMetadata."""
    try:
        root = parsed(text.strip().encode(errors="replace"), MAX_BYTES)
    except NotSafe as error:
        raise NotMetadata(str(error)) from error
    found = root.findall(f"{MD}IDPSSODescriptor")
    entity_id = root.get("entityID", "")
    if root.tag != f"{MD}EntityDescriptor" or len(found) != 1 or not 0 < len(entity_id) <= MAX_ADDRESS:
        raise NotMetadata("not of one provider of identity")
    addresses = [
        each.get("Location", "")
        for each in found[0].findall(f"{MD}SingleSignOnService")
        if each.get("Binding") == REDIRECT
    ]
    if not addresses or not _address(addresses[0]):
        raise NotMetadata("no address with the binding HTTP-Redirect")
    keys = [each for each in found[0].findall(f"{MD}KeyDescriptor") if each.get("use", "signing") == "signing"]
    certificates = tuple(_certificate(each) for key in keys for each in key.iter(f"{DS}X509Certificate"))
    if not certificates:
        raise NotMetadata("no certificate to sign with")
    return ProviderMetadata(entity_id, addresses[0], certificates, *_leaving(found[0]))


def _leaving(descriptor: Element) -> tuple[str, str]:
    """Where a provider takes requests to sign somebody out, and answers; "" where there is no such address."""
    services = [each for each in descriptor.findall(f"{MD}SingleLogoutService") if each.get("Binding") == REDIRECT]
    if not services:
        return "", ""
    asked = services[0].get("Location", "")
    answered = services[0].get("ResponseLocation", asked)
    return asked if _address(asked) else "", answered if _address(answered) else ""


def _address(text: str) -> bool:
    try:
        url = urlsplit(text)
    except ValueError:
        return False
    return url.scheme == "https" and bool(url.hostname) and len(text) <= MAX_ADDRESS and text.isprintable()


def _certificate(element: Element) -> str:
    """A certificate as PEM, whose key is of a kind and a length that is trusted."""
    try:
        certificate = x509.load_der_x509_certificate(
            base64.b64decode("".join((element.text or "").split()), validate=True)
        )
        key = certificate.public_key()
    except (binascii.Error, ValueError, x509.InvalidVersion) as error:
        raise NotMetadata("a certificate that cannot be read") from error
    if not isinstance(key, EllipticCurvePublicKey) and not (isinstance(key, RSAPublicKey) and key.key_size >= MIN_RSA):
        raise NotMetadata("a key that is too weak")
    return certificate.public_bytes(Encoding.PEM).decode()
