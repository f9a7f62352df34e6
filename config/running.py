"""What a running `make run` leaves for others to find: VAR/run.env with its settings, and a lock that says it is still there.

The lock is the truth. A run.env that outlived its writer, killed outright, is nobody's. While the demonstration's data is being
made, VAR/demonstration tells how many percent of it are there.
"""

from __future__ import annotations

import fcntl
import os
import re
import shlex
import time
from collections.abc import Mapping
from pathlib import Path

PROGRESS, FAILING = "demonstration", "failing"
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
    _write(var / "run.env", "".join(f"{name}={_quoted(value)}\n" for name, value in settings.items()))


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


def _write(file: Path, text: str) -> None:
    aside = file.with_name(f"{file.name}.new")
    aside.unlink(missing_ok=True)
    aside.touch(mode=0o600)
    aside.write_text(text)
    aside.rename(file)


def _quoted(value: str) -> str:
    return value if PLAIN.fullmatch(value) else shlex.quote(value)


def write_progress(var: Path, percent: int | None) -> None:
    """Say how much of the demonstration's data is there; None when nothing is missing any more."""
    if percent is None:
        (var / PROGRESS).unlink(missing_ok=True)
    else:
        var.mkdir(parents=True, exist_ok=True)
        _write(var / PROGRESS, str(percent))


def write_failing(var: Path) -> None:
    """Say that it has failed several times to make what is missing, until it says itself that it is further."""
    if (percent := progress(var)) is not None:
        _write(var / PROGRESS, f"{percent} {FAILING}")


def progress(var: Path) -> int | None:
    """How many percent of the demonstration's data are there, while it is being made."""
    told = _progress(var)
    return int(told[0]) if told else None


def fails(var: Path) -> bool:
    """Whether the demonstration's data cannot be made."""
    return FAILING in _progress(var)


def _progress(var: Path) -> list[str]:
    try:
        return (var / PROGRESS).read_text().split()
    except FileNotFoundError:
        return []
