"""What an app makes its codes of, encrypted (AES-256-GCM) with a key that is worked out from SECRET_KEY, for one person alone.

Whoever has the database, or a backup of it, has no codes by it, and a secret moved over to another person opens nothing.
"""

from __future__ import annotations

import hmac
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


def key_of(secret: str, use: str) -> bytes:
    """The key for one use, worked out from the service's secret."""
    return hmac.digest(secret.encode(), f"partnerskab: second step, {use}".encode(), "sha256")


def seal(secret: str, person_id: UUID, key: bytes) -> bytes:
    """A person's secret, encrypted."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, secret.encode(), person_id.bytes)


def opened(sealed: bytes, person_id: UUID, key: bytes) -> str | None:
    """The secret again; None where it is another person's, was changed, or was sealed with another key."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], person_id.bytes).decode()
    except (InvalidTag, ValueError):
        return None
