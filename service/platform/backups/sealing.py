"""Encryption to a public key, and back, by programs that others have written: age, or gpg."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from service.platform.backups.rules import Unusable

AGE, GPG = "age", "gpg"
GPG_QUIET = (GPG, "--batch", "--no-tty", "--quiet")


@dataclass(frozen=True, slots=True)
class Sealer:
    """What encrypts, and what its files are called by."""

    command: tuple[str, ...]
    suffix: str


def sealer(recipient: str) -> Sealer:
    """What encrypts to a public key: age's own begin with age1, any other is gpg's, by id or in a file. Raises Unusable without it."""
    if recipient.startswith("age1"):
        return Sealer((_there(AGE), "--encrypt", "--recipient", recipient), ".age")
    key = ("--recipient-file", recipient) if Path(recipient).is_file() else ("--recipient", recipient)
    _there(GPG)
    # The key is the one that the operator names: who else has signed it says nothing here. Papers are packed already.
    return Sealer((*GPG_QUIET, "--trust-model", "always", "--compress-algo", "none", *key, "--encrypt"), ".gpg")


def opener(file: str, identity: str) -> tuple[str, ...]:
    """What decrypts a file, by what it is called; nothing where it is not encrypted. Raises Unusable where that cannot be."""
    if file.endswith(".age"):
        if not identity:
            raise Unusable("the backup is encrypted by age: name the file with the secret key by --identity")
        return (_there(AGE), "--decrypt", "--identity", identity)
    if file.endswith(".gpg"):
        _there(GPG)
        return (*GPG_QUIET, "--decrypt")  # with the keys of whoever runs this
    return ()


def _there(program: str) -> str:
    if shutil.which(program) is None:
        raise Unusable(f"{program} is not installed: apt-get install {program}")
    return program
