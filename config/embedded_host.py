"""The user that runs the embedded servers, the folders that are theirs alone, and how their programs are run."""

from __future__ import annotations

import hashlib
import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from config.embedded_programs import EmbeddedError, binaries, redis_server

SYSTEM_USER = "partnerskab-servers"  # who runs the servers where we are root
LONGEST_SOCKET = 107  # bytes that the address of a Unix socket holds
START_SECONDS = 60


def _identity(folder: Path) -> dict[str, Any]:
    """The arguments that make a child process run as the servers' user: none, unless we are root."""
    if os.geteuid() != 0:
        return {}
    if folder.exists() and (uid := folder.stat().st_uid) != 0:
        user = pwd.getpwuid(uid)
    else:
        try:
            user = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            useradd = [
                "useradd",
                "--system",
                "--user-group",
                "--no-create-home",
                "--home-dir",
                "/",
                "--shell",
                "/usr/sbin/nologin",
            ]
            subprocess.run([*useradd, SYSTEM_USER], check=True)  # noqa: S603 - a fixed command
            user = pwd.getpwnam(SYSTEM_USER)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}


def own_folder(folder: Path) -> Path:
    """Make a folder that the servers' user alone can enter. Raises EmbeddedError when somebody else made it first."""
    folder.mkdir(mode=0o700, exist_ok=True)
    who = _identity(folder)
    wanted = who.get("user", os.geteuid())
    if who and folder.lstat().st_uid == 0:
        os.chown(folder, who["user"], who["group"])
        _let_pass(folder, who["user"])
    if folder.is_symlink() or folder.stat().st_uid != wanted:
        raise EmbeddedError(f"{folder} belongs to another user; choose another folder by VAR")
    folder.chmod(0o700)
    return folder


def _let_pass(folder: Path, uid: int) -> None:
    """Let the servers' user pass through, not read, the folders above its own and above its programs."""
    for above in {*folder.parents, *redis_server().parents, *binaries().parents, binaries()}:
        state = above.stat()
        if state.st_uid != uid and not state.st_mode & 0o001:
            print(f"letting the servers' own user pass through {above} (chmod o+x)", file=sys.stderr)
            above.chmod(state.st_mode | 0o001)


def socket_of(folder: Path, name: str) -> Path:
    """Where a server puts its socket: in its folder, or in a short one where the address would be too long."""
    if len(os.fsencode(folder / name)) <= LONGEST_SOCKET:
        return folder / name
    mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"partnerskab-{mark}" / name


def run(
    command: Sequence[object], folder: Path, allowed: tuple[int, ...] = (0,), env: Mapping[str, str] | None = None
) -> int:
    """Run one of the servers' programs as their user, with nothing of our environment. Raises EmbeddedError when it fails."""
    # Files, not pipes: a server that stays keeps a pipe open for ever.
    with tempfile.TemporaryFile() as said:
        found = subprocess.run(  # noqa: S603 - our own programs, no shell
            [str(part) for part in command],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/", env={"PATH": os.defpath, "LC_ALL": "C", **(env or {})},
            check=False, **_identity(folder),
        )  # fmt: skip
        if found.returncode not in allowed:
            said.seek(0)
            text = said.read().decode(errors="replace").strip()
            raise EmbeddedError(
                f"{Path(str(command[0])).name} failed ({found.returncode}): {text}; see also {folder}/server.log"
            )
    return found.returncode


def write_private(file: Path, text: str, owner: Path | None = None) -> None:
    """Write a file that its owner alone can read, in one move. With `owner`, it belongs to that folder's user."""
    aside = file.with_name(f"{file.name}.new")
    aside.unlink(missing_ok=True)
    aside.touch(mode=0o600)
    aside.write_text(text)
    if owner is not None and (who := _identity(owner)):
        os.chown(aside, who["user"], who["group"])
    aside.rename(file)
