"""A device that makes and shows passkeys, as a browser would send what it says: for what is tried without a browser, and for lies."""

from __future__ import annotations

import hashlib
import html
import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def question_on(page: str) -> dict[str, Any]:
    """What a page tells the browser to ask a passkey for."""
    found = re.search(r'data-passkey="([^"]*)"', page)
    assert found, page
    question: dict[str, Any] = json.loads(html.unescape(found[1]))
    return question


@dataclass
class Device:
    """One device with one passkey. What it says can be bent, to see it refused."""

    origin: str = "http://localhost"
    flags: int = PRESENT | VERIFIED
    counter: int = 0
    steps: int = 1  # by how much the counter goes up each time it is shown
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def make(self, question: dict[str, Any]) -> str:
        """The answer to who asks for a new passkey."""
        public = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32), -3: public.y.to_bytes(32)}
        attested = bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id + cbor2.dumps(cose)
        data = self._data(question["rp"]["id"], ATTESTED) + attested
        said = {"fmt": "none", "attStmt": {}, "authData": data}
        client = self._client("webauthn.create", question["challenge"])
        return self._answer(clientDataJSON=client, attestationObject=cbor2.dumps(said))

    def show(self, question: dict[str, Any], challenge: str | None = None, kind: str = "webauthn.get") -> str:
        """The answer to who asks for this passkey; of another challenge, or said to be for something else, where that is wanted."""
        self.counter += self.steps
        data = self._data(question["rpId"], 0)
        client = self._client(kind, challenge or question["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _data(self, host: str, more: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([self.flags | more]) + self.counter.to_bytes(4)

    def _client(self, kind: str, challenge: str) -> bytes:
        base64url_to_bytes(challenge)
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, **parts: bytes) -> str:
        key = bytes_to_base64url(self.credential_id)
        response = {name: bytes_to_base64url(value) for name, value in parts.items()}
        return json.dumps({"id": key, "rawId": key, "type": "public-key", "response": response})
