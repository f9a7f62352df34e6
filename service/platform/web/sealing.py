"""What lies open in a page, an address or a browser, and is read here alone: sealed by a key that follows from the service's own."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet
from flask import current_app


def seal_of(what: str) -> Fernet:
    """The seal of one kind of thing. What is sealed as another kind it does not open."""
    key = hashlib.sha256(f"{what}:{current_app.extensions['settings'].secret_key}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
