"""What a demonstration makes for itself by chance, once, and keeps: files that their owner alone reads."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections.abc import Callable
from pathlib import Path

SEALER = "Partnerskab, demonstration"
SEAL_YEARS = 20


def secret(var: Path) -> str:
    """A secret key."""
    return kept(var / "secret-key", lambda: secrets.token_urlsafe(48).encode()).read_text()


def seal_key(var: Path) -> Path:
    """A file with a key to seal with and its certificate, signed by itself: PKCS#12, without a password."""
    return kept(var / "seal-key.p12", _sealing)


def kept(file: Path, make: Callable[[], bytes]) -> Path:
    """The file, made where there is none yet. Two that ask at once agree on one."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and linked, so that two processes starting at once agree on one key.
        aside = file.with_name(f"{file.name}.{os.getpid()}")
        aside.touch(mode=0o600)
        aside.write_bytes(make())
        try:
            os.link(aside, file)
        except FileExistsError:
            pass
        aside.unlink()
    return file


def _sealing() -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
    from cryptography.x509.oid import NameOID

    key, began = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SEALER)])
    signs = {"digital_signature": True, "content_commitment": True}
    others = ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign")
    usage = {**dict.fromkeys((*others, "encipher_only", "decipher_only"), False), **signs}
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(began - dt.timedelta(days=1))
        .not_valid_after(began + dt.timedelta(days=365 * SEAL_YEARS))
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(SEALER.encode(), key, certificate, None, NoEncryption())
