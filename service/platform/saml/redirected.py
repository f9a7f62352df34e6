"""What a provider sends in an address (the binding HTTP-Redirect): a document, deflated, with its signature beside it.

What is signed is the address as the provider wrote it, letter by letter: programs write `%2b` as well as `%2B`, so it is held to what came
and not to what one would write oneself.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote_plus

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from service.platform.saml.document import MAX_BYTES
from service.platform.saml.faults import AnswerFault, NotTaken

MAX_ADDRESS = 20_000  # letters: more than any program takes for one
REQUEST, ANSWER = "SAMLRequest", "SAMLResponse"
RELAY, METHOD, SIGNATURE = "RelayState", "SigAlg", "Signature"
METHODS = {
    f"http://www.w3.org/2001/04/xmldsig-more#rsa-sha{hashed.digest_size * 8}": hashed
    for hashed in (hashes.SHA256(), hashes.SHA384(), hashes.SHA512())
}


@dataclass(frozen=True, slots=True)
class Redirected:
    """What stands in an address."""

    document: bytes
    relay: str  # what the provider wants back with our answer
    signed: bytes
    method: str
    signature: bytes


def read(query: str, what: str) -> Redirected:
    """What stands in the query of an address: a request or an answer, as `what` says. Raises NotTaken for another form, and unsigned."""
    parts = [part.partition("=") for part in query.split("&")]
    told = {name: value for name, _, value in parts if name in (what, RELAY, METHOD, SIGNATURE)}
    if len(query) > MAX_ADDRESS or what not in told or len({name for name, _, _ in parts}) != len(parts):
        raise NotTaken(AnswerFault.MALFORMED)
    if not (METHOD in told and SIGNATURE in told):
        raise NotTaken(AnswerFault.UNSIGNED)
    return Redirected(
        _inflated(_bytes(told[what])),
        unquote_plus(told.get(RELAY, "")),
        "&".join(f"{name}={told[name]}" for name in (what, RELAY, METHOD) if name in told).encode(),
        unquote_plus(told[METHOD]),
        _bytes(told[SIGNATURE]),
    )


def _bytes(value: str) -> bytes:
    try:
        return base64.b64decode("".join(unquote_plus(value).split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotTaken(AnswerFault.MALFORMED) from error


def _inflated(data: bytes) -> bytes:
    """The document, as long as one may be and no longer."""
    opening = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        found = opening.decompress(data, MAX_BYTES)
    except zlib.error as error:
        raise NotTaken(AnswerFault.MALFORMED) from error
    if not opening.eof or opening.unused_data:
        raise NotTaken(AnswerFault.MALFORMED)
    return found


def is_signed(sent: Redirected, certificates: Iterable[str]) -> bool:
    """Whether the address was signed by the key of one of these certificates (PEM). Raises NotTaken for a method that is not trusted."""
    if sent.method not in METHODS:
        raise NotTaken(AnswerFault.WEAK_SIGNATURE)
    return any(_signed(sent, certificate) for certificate in certificates)


def _signed(sent: Redirected, certificate: str) -> bool:
    key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    if not isinstance(key, RSAPublicKey):
        return False
    try:
        key.verify(sent.signature, sent.signed, PKCS1v15(), METHODS[sent.method])
    except InvalidSignature:
        return False
    return True
