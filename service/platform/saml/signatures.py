"""Whether a provider signed what it is said to have said, and opening what was encrypted for us: by pysaml2, and xmlsec1 behind it.

A certificate is taken for the key in it, as it stands in the provider's metadata. Whoever made the certificate, and until when, is no
question that is asked of it: who vouches for the key is DRC's secretariat, who took the metadata in.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from service.platform.identity_providers.spoken import PROGRAM
from service.platform.saml.faults import AnswerFault, NotTaken

if TYPE_CHECKING:
    from saml2.sigver import CryptoBackendXmlSec1


class Signed(StrEnum):
    """What can be signed, as pysaml2 calls it."""

    ANSWER = "urn:oasis:names:tc:SAML:2.0:protocol:Response"
    ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"


@cache
def _program() -> CryptoBackendXmlSec1:
    from saml2.sigver import CryptoBackendXmlSec1

    return CryptoBackendXmlSec1(shutil.which(PROGRAM) or PROGRAM)


def hold_to_signature(data: bytes, what: Signed, key: str, certificates: Iterable[str]) -> None:
    """Raise NotTaken where what has that id was not signed by the key of one of these certificates (PEM)."""
    if not any(_signed(data, what, key, certificate) for certificate in certificates):
        raise NotTaken(AnswerFault.SIGNATURE)


def _signed(data: bytes, what: Signed, key: str, certificate: str) -> bool:
    from saml2.sigver import SigverError

    with NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(certificate)
        file.flush()
        try:
            return bool(_program().validate_signature(data, file.name, "pem", what.value, key))
        except SigverError:
            return False


def decrypted(data: bytes, key_file: str) -> bytes:
    """The document with the assertion in place of what was encrypted. Raises NotTaken."""
    opened = _opened(data, key_file)
    if opened is None:
        raise NotTaken(AnswerFault.UNREADABLE)
    return opened.encode()


def _opened(data: bytes, key_file: str) -> str | None:
    """Its error is let go at once: it holds on to the files that pysaml2 leaves to whoever is last to know of them."""
    from saml2.sigver import SigverError

    try:
        opened: str = _program().decrypt(data.decode(), key_file)
    except SigverError:
        return None
    return opened
