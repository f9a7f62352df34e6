"""A provider of identity that speaks SAML: pysaml2's own, in this process, with keys of its own. What it says can be bent."""

from __future__ import annotations

import atexit
import base64
import datetime as dt
import functools
import re
import shutil
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it names a cipher that moves, which nobody here uses
    from saml2 import class_name, server

from saml2.config import IdPConfig
from saml2.saml import NameID
from saml2.sigver import pre_encryption_part, pre_signature_part

from service.platform.saml import asking
from service.platform.saml.asking import DIGEST, SIGNED_BY, Us
from service.platform.saml.document import KEY_TRANSPORT
from service.platform.saml.provider_metadata import REDIRECT
from service.platform.saml.rules import NAMES, PERSISTENT, Attribute

ISSUER = "https://idp.kommune.example/saml"
SSO = "https://idp.kommune.example/sso"
SLO = "https://idp.kommune.example/slo"
CVR = "29189854"  # Aabenraa's
SIGNE = "3f1f9d2e-7a55-4b8e-9f0a-5b9a1a1f0c11"  # whom it speaks of
MANAGER, STAFF = "urn:dk:drc:partnerskab:leder", "urn:dk:drc:partnerskab:medarbejder"
AES_256 = "http://www.w3.org/2009/xmlenc11#aes256-gcm"


def privilege_list(*groups: str) -> str:
    """The value of the attribute with privileges."""
    xml = f'<PrivilegeList xmlns="http://digst.dk/oiosaml/basic_privilege_profile">{"".join(groups)}</PrivilegeList>'
    return base64.b64encode(xml.encode()).decode()


def group(*privileges: str, cvr: str = CVR, constraint: str = "") -> str:
    """A group of privileges for one organisation."""
    held = "".join(f"<Privilege>{each}</Privilege>" for each in privileges)
    narrowed = f'<Constraint Name="urn:dk:kombit:KLE">{constraint}</Constraint>' if constraint else ""
    return f'<PrivilegeGroup Scope="urn:dk:gov:saml:cvrNumberIdentifier:{cvr}">{held}{narrowed}</PrivilegeGroup>'


def attributes(**changed: str | None) -> dict[str, list[str]]:
    """What a provider sends of somebody of the staff, by OIOSAML 3, but for what is changed; None: not at all."""
    sent: dict[str, str | None] = {
        "cvr": CVR,
        "level": "Substantial",
        "privileges": privilege_list(group(STAFF)),
        "name": "Signe Prøve",
        "email": "Signe.Prove@kommune.example",
    }
    return {NAMES[Attribute(each)][0]: [value] for each, value in (sent | changed).items() if value is not None}


@dataclass(frozen=True)
class Pair:
    """A key and its certificate, as files."""

    key_file: str
    certificate_file: str

    @property
    def certificate(self) -> str:
        """The certificate, as PEM."""
        return Path(self.certificate_file).read_text()


@functools.cache
def pair(name: str, bits: int = 2048) -> Pair:
    """A key and its certificate, made once for each name."""
    folder = Path(tempfile.mkdtemp(prefix="saml-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    key, subject, now = rsa.generate_private_key(65537, bits), _named(name), dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    found = Pair(str(folder / "key.pem"), str(folder / "certificate.pem"))
    Path(found.key_file).write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    Path(found.certificate_file).write_bytes(made.public_bytes(Encoding.PEM))
    return found


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@dataclass
class SamlProvider:
    """One provider, which knows one service."""

    us: Us
    pair: Pair
    issuer: str = ISSUER

    def __post_init__(self) -> None:
        told = Path(self.pair.key_file).parent / "us.xml"
        told.write_bytes(asking.metadata(self.us))
        self.server = server.Server(config=IdPConfig().load(self._configuration(str(told))))

    def _configuration(self, told: str) -> dict[str, Any]:
        return {
            "entityid": self.issuer,
            "key_file": self.pair.key_file,
            "cert_file": self.pair.certificate_file,
            "metadata": {"local": [told]},
            "service": {
                "idp": {
                    "endpoints": {
                        "single_sign_on_service": [(SSO, REDIRECT)],
                        "single_logout_service": [(SLO, REDIRECT)],
                    },
                    "policy": {"default": {"lifetime": {"minutes": 5}, "attribute_restrictions": None}},
                    "name_id_format": [PERSISTENT],
                }
            },
        }

    def metadata(self) -> str:
        """What it says of itself."""
        from saml2.metadata import create_metadata_string

        told: bytes = create_metadata_string("", config=self.server.config)
        return told.decode()

    def answer(
        self,
        request_id: str,
        *,
        sent: Mapping[str, list[str]] | None = None,
        bend: Callable[[Any, Any], object] = lambda _response, _assertion: None,
        signs: tuple[str, ...] = ("assertion",),
        signed_by: str = SIGNED_BY,
        digest: str = DIGEST,
        encrypts: str = AES_256,
        transport: str = KEY_TRANSPORT,
    ) -> bytes:
        """The answer to a request. `bend` changes it before it is signed; `encrypts`: by which cipher, "" for not at all."""
        response = self.server.create_authn_response(
            dict(sent if sent is not None else attributes()),
            request_id,
            self.us.address,
            self.us.entity_id,
            name_id=NameID(format=PERSISTENT, text=SIGNE),
            authn={"class_ref": "https://data.gov.dk/concept/core/nsis/loa/Substantial", "authn_auth": self.issuer},
            sign_assertion=False,
            sign_response=False,
        )
        assertion = response.assertion
        bend(response, assertion)
        xml = str(response)
        if "assertion" in signs:
            assertion.signature = self._signature(assertion.id, 1, signed_by, digest)
            xml = self._signed(str(response), assertion)
        if encrypts:
            xml = self._encrypted(xml, encrypts, transport)
        if "response" in signs:
            mark = str(self._signature(response.id, 2, signed_by, digest)).rpartition("?>")[2]
            xml = self._signed(xml.replace("</ns1:Issuer>", f"</ns1:Issuer>{mark}", 1), response)
        return xml.encode()

    def leave(
        self, name: str, sessions: Sequence[str] = (), *, bend: Callable[[Any], object] = lambda _request: None
    ) -> str:
        """The address, behind the question mark, by which it asks us to sign somebody out. `bend` changes it before it is signed."""
        _key, request = self.server.create_logout_request(
            self.us.leaving,
            self.us.entity_id,
            name_id=NameID(format=PERSISTENT, text=name),
            session_indexes=list(sessions),
            sign=False,
        )
        bend(request)
        return self._in_address(request, self.us.leaving, "where it was")

    def left(self, asked: Any, *, bend: Callable[[Any], object] = lambda _answer: None) -> str:
        """The address, behind the question mark, by which it answers a request of ours."""
        answer = self.server.create_logout_response(asked, [REDIRECT], sign=False)
        bend(answer)
        return self._in_address(answer, answer.destination, "", response=True)

    def _in_address(self, message: Any, address: str, relay: str, *, response: bool = False) -> str:
        sent = self.server.apply_binding(
            REDIRECT, str(message), address, relay_state=relay, response=response, sign=True, sigalg=SIGNED_BY
        )
        return urlsplit(dict(sent["headers"])["Location"]).query

    def _signature(self, key: str, number: int, signed_by: str, digest: str) -> Any:
        return pre_signature_part(key, self.server.sec.my_cert, number, sign_alg=signed_by, digest_alg=digest)

    def _signed(self, xml: str, what: Any) -> str:
        found: str = self.server.sec.sign_statement(xml, class_name(what), key_file=self.pair.key_file, node_id=what.id)
        return found

    def _encrypted(self, xml: str, cipher: str, transport: str) -> str:
        held = re.sub(
            r"(<(\w+):Assertion .*</\2:Assertion>)",
            r"<\2:EncryptedAssertion>\1</\2:EncryptedAssertion>",
            xml,
            flags=re.DOTALL,
        )
        template = str(pre_encryption_part(msg_enc=cipher, key_enc=transport))
        kind = "des-192" if "tripledes" in cipher else "aes-256"
        found: str = self.server.sec.crypto.encrypt_assertion(held, self.us.certificate_file, template, kind)
        return found
