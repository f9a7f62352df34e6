"""What a running `make run` leaves for others to find: VAR/run.env with its settings, and a lock that says it is still there.

The lock is the truth. A run.env that outlived its writer, killed outright, is nobody's.
"""

from __future__ import annotations

import fcntl
import os
import re
import shlex
import time
from collections.abc import Mapping
from pathlib import Path

PLAIN = re.compile(r"[\w@%+=:,./?-]*", re.ASCII)  # what a shell takes as it stands after NAME=


def claim(var: Path) -> int | None:
    """Become the one who runs on `var`: the open lock, or None when somebody does already."""
    var.mkdir(parents=True, exist_ok=True)
    lock = os.open(var / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    for _ in range(20):  # those who only look, by `found`, hold it for a moment
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)
        else:
            return lock
    os.close(lock)
    return None


def announce(var: Path, settings: Mapping[str, str]) -> None:
    """Write VAR/run.env, for its owner alone, in one move."""
    aside = var / "run.env.new"
    aside.unlink(missing_ok=True)
    aside.touch(mode=0o600)
    aside.write_text("".join(f"{name}={_quoted(value)}\n" for name, value in settings.items()))
    aside.rename(var / "run.env")


def withdraw(var: Path) -> None:
    """Remove VAR/run.env."""
    (var / "run.env").unlink(missing_ok=True)


def found(var: Path) -> dict[str, str]:
    """The settings of the one who runs on `var` now; nothing when nobody does, or when it is another user's."""
    try:
        lock = os.open(var / "run.lock", os.O_RDWR)
    except (FileNotFoundError, PermissionError):
        return {}
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(var / "run.env")
    finally:
        os.close(lock)
    return {}


def _read(file: Path) -> dict[str, str]:
    try:
        lines = file.read_text().splitlines()
    except FileNotFoundError:  # it is only starting
        return {}
    return {name: "".join(shlex.split(value)) for name, _, value in (line.partition("=") for line in lines)}


def _quoted(value: str) -> str:
    return value if PLAIN.fullmatch(value) else shlex.quote(value)
