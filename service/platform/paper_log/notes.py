"""Signed notes and checkpoints: c2sp.org/signed-note and c2sp.org/tlog-checkpoint, with Ed25519. Pure.

A checkpoint says how many leaves the log had and what its root was, in three lines that everybody reads the same, and is signed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from service.platform.documents.paper import in_groups

ED25519 = b"\x01"
MAX_NOTE = 10_000  # signs
MAX_SIGNATURES = 16
NAME = re.compile(r"[^\s+]{1,200}")
_FOR_SIGNING = "PRIVATE+KEY+"  # what a key to sign with begins with
_LINE = re.compile(r"— ([^\s+]{1,200}) ([A-Za-z0-9+/]{1,200}={0,2})")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


class NotOne(ValueError):
    """A text is no key, no note or no checkpoint, or its signature is not by the key."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A key to check signatures with, and whose it is."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names the key."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        """As it is given to others: `NAME+c74f20a3+AR...`."""
        return f"{self.name}+{self.id.hex()}+{_written(ED25519 + self.public)}"

    def has_signed(self, text: str, signature: bytes) -> bool:
        """Whether a signature of the text is by this key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """A key to sign with. Its text is in no repr."""

    name: str
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        """The key to check with."""
        return Verifier(self.name, Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    def written(self) -> str:
        """As it is kept: `PRIVATE+KEY+NAME+c74f20a3+AY...`."""
        return f"{_FOR_SIGNING}{self.name}+{self.verifier.id.hex()}+{_written(ED25519 + self.seed)}"

    def sign(self, text: str) -> str:
        """The note of a text that ends with a line's end."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{text}\n— {self.name} {_written(self.verifier.id + signature)}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How many leaves a log had, and what its root was."""

    origin: str
    size: int
    root: bytes

    @property
    def mark(self) -> str:
        """The root as it is printed: its first signs, in groups of four."""
        return in_groups(self.root.hex())

    def text(self) -> str:
        """The lines that are signed."""
        return f"{self.origin}\n{self.size}\n{_written(self.root)}\n"


def made(name: str) -> Signer:
    """A new key of that name. Raises NotOne for a name that no note can have."""
    if NAME.fullmatch(name) is None:
        raise NotOne("the name of a key has no blanks and no +")
    return Signer(name, Ed25519PrivateKey.generate().private_bytes_raw())


def signer_of(text: str) -> Signer:
    """The key to sign with that a text is. Raises NotOne."""
    if not text.startswith(_FOR_SIGNING):
        raise NotOne(f"a key to sign with begins with {_FOR_SIGNING}")
    name, key_id, seed = _key(text.removeprefix(_FOR_SIGNING).strip())
    found = Signer(name, seed)
    if found.verifier.id != key_id:
        raise NotOne("the key is not the one that its id tells of")
    return found


def verifier_of(text: str) -> Verifier:
    """The key to check with that a text is. Raises NotOne."""
    name, key_id, public = _key(text.strip())
    found = Verifier(name, public)
    if found.id != key_id:
        raise NotOne("the key is not the one that its id tells of")
    return found


def opened(note: str, key: Verifier) -> Checkpoint:
    """The checkpoint that a note is, signed by the key. Raises NotOne, also where another has signed it."""
    text, signatures = _parted(note)
    mine = [signature for name, key_id, signature in signatures if (name, key_id) == (key.name, key.id)]
    if not mine:
        signed_by = ", ".join(f"{name}+{key_id.hex()}" for name, key_id, _signature in signatures)
        raise NotOne(f"it is signed by {signed_by}, not by {key.name}+{key.id.hex()}")
    if not all(key.has_signed(text, signature) for signature in mine):
        raise NotOne("its signature is not of what it says")
    return checkpoint_of(text)


def checkpoint_of(text: str) -> Checkpoint:
    """What the lines of a checkpoint say. Raises NotOne."""
    origin, size, root, *_more = [*text.split("\n"), "", "", ""]
    if not origin or _SIZE.fullmatch(size) is None or len(hashed := _read(root)) != 32:
        raise NotOne("a checkpoint says a name, a size and a root, each on a line of its own")
    return Checkpoint(origin, int(size), hashed)


def _parted(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """The text of a note, and its signatures: by what name, the id of the key, and the signature."""
    text, parted, signed = note.rpartition("\n\n")
    lines = signed.split("\n")
    if len(note) > MAX_NOTE or not parted or lines.pop() or not 0 < len(lines) <= MAX_SIGNATURES:
        raise NotOne("a note is a text, an empty line and a line for each signature")
    found = [_LINE.fullmatch(line) for line in lines]
    told = [(line[1], _read(line[2])) for line in found if line is not None]
    if len(told) < len(lines) or any(len(signature) < 5 for _name, signature in told):
        raise NotOne("a line of a note's signatures is none")
    return text + "\n", [(name, signature[:4], signature[4:]) for name, signature in told]


def _key(text: str) -> tuple[str, bytes, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3 or NAME.fullmatch(parts[0]) is None or re.fullmatch(r"[0-9a-f]{8}", parts[1]) is None:
        raise NotOne("a key is a name, an id and the key itself, with + between them")
    material = _read(parts[2])
    if len(material) != 33 or material[:1] != ED25519:
        raise NotOne("the key is none of Ed25519")
    return parts[0], bytes.fromhex(parts[1]), material[1:]


def _written(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _read(text: str) -> bytes:
    """The bytes that a text is; none where it is not."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return found if _written(found) == text else b""
