"""Keys to seal with, and a time stamp authority on loopback, which also tells which certificates were called back."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

from config import kept
from config.settings import Settings, parse

PASSWORD = "et-kodeord"
YEAR = dt.timedelta(days=365)


def settings_of(folder: Path, **more: Any) -> Settings:
    """Settings of a demonstration that keeps its key to seal with in a folder."""
    return replace(parse({}), **{"seal_key_file": str(kept.seal_key(folder)), **more})


@dataclass
class Authority:
    """Who issues certificates, says when something was sealed, and which certificates were called back. `away` it answers nothing."""

    url: str = ""
    away: bool = False
    asked: list[str] = field(default_factory=list)
    revoked: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._certificate("Prøve-CA", self.key, ca=True)
        stamping = rsa.generate_private_key(65537, 2048)  # pyHanko's own stamper knows no other
        self.stamps = _stamper(self._certificate("Prøve-tid", stamping, stamps=True), stamping)

    def sealing(
        self, folder: Path, password: str = PASSWORD, ends: dt.timedelta = YEAR, called_back: bool = False
    ) -> Settings:
        """Settings with a key that this authority has issued; what was called back it tells at its own address."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._certificate("Prøve-segl", key, ends=ends, told_at=f"{self.url}/crl")
        if called_back:
            self.revoked.append(certificate.serial_number)
        file = folder / f"{certificate.serial_number}.p12"
        told = serialization.BestAvailableEncryption(PASSWORD.encode())
        file.write_bytes(pkcs12.serialize_key_and_certificates(b"segl", key, certificate, [self.certificate], told))
        return replace(parse({}), seal_key_file=str(file), seal_key_password=password)

    def answer(self, path: str, body: bytes) -> tuple[str, bytes]:
        """The answer to one who asks."""
        self.asked.append(path)
        if path == "/crl":
            return "application/pkix-crl", self._called_back()
        response = self.stamps.request_tsa_response(tsp.TimeStampReq.load(body))
        return "application/timestamp-reply", response.dump()

    def _called_back(self) -> bytes:
        began = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
        listed = x509.CertificateRevocationListBuilder(self.certificate.subject, began, began + YEAR)
        for number in self.revoked:
            one = x509.RevokedCertificateBuilder(number, began).build()
            listed = listed.add_revoked_certificate(one)
        return listed.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _certificate(
        self,
        called: str,
        key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
        *,
        ca: bool = False,
        stamps: bool = False,
        ends: dt.timedelta = YEAR,
        told_at: str = "",
    ) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, called)])
        issuer = name if ca else self.certificate.subject
        moment = dt.datetime.now(dt.UTC)
        usage = dict.fromkeys(
            ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
        )
        usage |= {"digital_signature": not ca, "content_commitment": not ca, "key_cert_sign": ca, "crl_sign": ca}
        built = (
            x509.CertificateBuilder(issuer, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(moment - 2 * YEAR)
            .not_valid_after(moment + ends)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
        )
        if stamps:
            built = built.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        if told_at:
            place = x509.DistributionPoint([x509.UniformResourceIdentifier(told_at)], None, None, None)
            built = built.add_extension(x509.CRLDistributionPoints([place]), critical=False)
        return built.sign(self.key, hashes.SHA256())


def _stamper(certificate: x509.Certificate, key: rsa.RSAPrivateKey) -> Any:
    plain = serialization.NoEncryption()
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain)
    shown = certificate.public_bytes(serialization.Encoding.DER)
    return DummyTimeStamper(asn1_x509.Certificate.load(shown), asn1_keys.PrivateKeyInfo.load(der))


@contextmanager
def authority() -> Iterator[Authority]:
    """An authority that is asked at its address on loopback."""
    found = Authority()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if found.away:
                self.send_error(503)
                return
            kind, answer = found.answer(self.path, body)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = _answer  # noqa: N815 - the names that the library asks for

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - likewise
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    server.server_close()
    thread.join(5)
