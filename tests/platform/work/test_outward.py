"""What is spoken to outside keeps nobody waiting, whatever it speaks: also over TLS, which takes the connection for its own."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.platform.work import outward

HERE = "127.0.0.1"


def certificate(folder: Path) -> Path:
    """A certificate of this machine's own, with its key, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HERE)])
    begins = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + dt.timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HERE))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "both.pem"
    file.write_bytes(plain + made.public_bytes(serialization.Encoding.PEM))
    return file


class Dripping:
    """A machine that speaks TLS and never ends what it says; `left` is set once whoever asked has gone."""

    def __init__(self, file: Path) -> None:
        self.left = threading.Event()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(file)
        self._listens = socket.create_server((HERE, 0))
        self.url = f"https://{HERE}:{self._listens.getsockname()[1]}/"
        threading.Thread(target=self._speak, daemon=True).start()

    def _speak(self) -> None:
        wire, _address = self._listens.accept()
        pause = threading.Event()
        try:
            with self._context.wrap_socket(wire, server_side=True) as spoken:
                spoken.recv(65536)
                spoken.sendall(b"HTTP/1.1 200 OK\r\n")
                for number in range(600):
                    spoken.sendall(f"X-{number}: y\r\n".encode())
                    pause.wait(0.05)
        except OSError:
            self.left.set()

    def close(self) -> None:
        """Listen no more."""
        self._listens.close()


@pytest.fixture
def dripping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dripping]:
    file = certificate(tmp_path)
    monkeypatch.setattr(outward, "_trusted", ssl.create_default_context(cafile=str(file)))
    monkeypatch.setattr(outward, "SECONDS", 0.3)
    machine = Dripping(file)
    yield machine
    machine.close()


def test_who_says_a_little_at_a_time_over_tls_is_cut_off(dripping: Dripping) -> None:
    with suppress(OSError, HTTPException):  # or what was said of an answer by then is all of it
        outward.ask(dripping.url, {}, b"{}", public=False, most=0)
    assert dripping.left.wait(5), "before it had said all"
