"""A process of its own for work on what others have made: papers from templates, files that came in. Started by `keeper`, never by hand.

It is two processes. The outer one only keeps an inner one running. The inner one loads what its craft needs and does one piece of
work after the other, each with limits on time and memory at which the system ends it, under a guard: it can open no file but the
project's own, no connection and no program. It knows no setting and no secret: its environment is empty.

What comes and goes is JSON and bytes, never pickles: whoever took the process over could send the service nothing that runs there.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

from config import discretion

ROOT = Path(__file__).parents[3]
MAX_FILE_BYTES = 8_000_000
PIECES_BEFORE_RENEWAL = 250
PATIENCE = 10  # seconds for the one who asks to send and to receive
_ENDED, _RENEW = 0, 75
_FORBIDDEN = (
    *(f"socket.{what}" for what in ("connect", "bind", "sendto", "sendmsg", "getaddrinfo", "gethostby", "getnameinfo")),
    *(
        "subprocess.",
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.spawn",
        "os.fork",
        "os.putenv",
        "os.mkdir",
        "os.rename",
        "os.remove",
        "os.link",
    ),
    *("os.symlink", "os.chmod", "os.chown", "os.truncate", "shutil.", "pty.", "ctypes.dlopen"),
)

Prepare = Callable[[], None]  # loads what the craft needs
Do = Callable[[bytes], tuple[dict[str, Any], bytes]]  # one piece of work: what is told of it, and what came of it


def shut_in(refused: Callable[[str], BaseException] = PermissionError) -> None:
    """From here on this process reads nothing but Python and the project's own code, templates and fonts, and reaches nobody.

    A second wall behind what each craft refuses by itself; it cannot be taken down again. `refused` makes the error.
    """
    sys.dont_write_bytecode = True
    readable = tuple(
        str(Path(place).resolve()) + os.sep
        for place in (sys.prefix, sys.base_prefix, ROOT / "service", tempfile.gettempdir())
    )

    def guard(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            if isinstance(path, int):
                return
            writes = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)) or any(
                letter in (mode or "") for letter in "wax+"
            )
            if writes or not os.path.realpath(os.fsdecode(path)).startswith(readable):
                raise refused(f"nothing here may open {os.fsdecode(path)[:100]!r}")
        elif event.startswith(_FORBIDDEN):
            raise refused(f"nothing here may do {event}")

    sys.addaudithook(guard)


def _limit(seconds: int, memory: int) -> None:
    """Let the system end this process when a piece of work goes on too long or takes too much, whatever it is doing."""
    used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds + 1, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_AS, (memory, resource.RLIM_INFINITY))


def _do_one(connection: socket.socket, do: Do) -> bool:
    """Read one request, a line of JSON with its limits before it, and answer with a line of JSON and bytes.

    Returns whether to go on with the next.
    """
    sound = True
    try:
        with connection.makefile("rb") as incoming:
            limits = json.loads(incoming.readline())
            request = incoming.read()
        _limit(limits["seconds"], limits["memory"])
        told, content = do(request)
        told["size"] = len(content)
    except BaseException as error:
        content, told = b"", {"error": discretion.described(error)}
        sound = isinstance(error, Exception) and not isinstance(error, MemoryError)
    signal.setitimer(signal.ITIMER_REAL, 0)
    with suppress(OSError):  # the one who asked may be gone
        connection.sendall(json.dumps(told).encode() + b"\n" + content)
    return sound


def _next(control: socket.socket) -> socket.socket | None:
    """The connection of the next one who asks, or None when nobody is left who could."""
    message, received, _flags, _address = socket.recv_fds(control, 16, 1)
    if not message or not received:
        return None
    connection = socket.socket(fileno=received[0])
    connection.settimeout(PATIENCE)
    return connection


def _work(control: socket.socket, prepare: Prepare, do: Do) -> int:
    """The inner process: work until nobody is left, or it is time for a new one. Returns which, as an exit status."""
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE_BYTES, MAX_FILE_BYTES))
        prepare()
    except Exception as error:
        if connection := _next(control):
            with connection, suppress(OSError):
                connection.sendall(json.dumps({"error": discretion.described(error)}).encode() + b"\n")
        return _RENEW
    for _piece in range(PIECES_BEFORE_RENEWAL):
        connection = _next(control)
        if connection is None:
            return _ENDED
        with connection:
            if not _do_one(connection, do):
                break
    return _RENEW


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit


def main(control: socket.socket, prepare: Prepare, do: Do) -> None:
    """Keep an inner process at work until nobody holds the other end of `control` any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the one who asks, and then this
    signal.signal(signal.SIGTERM, _stop)
    status = _RENEW
    while status != _ENDED:
        with tempfile.TemporaryDirectory(
            prefix="partnerskab-enclosed-"
        ) as folder:  # the type setter keeps the fonts there
            inner = os.fork()
            if not inner:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                tempfile.tempdir = folder
                try:
                    status = _work(control, prepare, do)
                except BaseException as error:
                    sys.stderr.write(f"{discretion.traced(error)}\n")
                finally:
                    os._exit(status)
            try:
                status = os.waitstatus_to_exitcode(os.waitpid(inner, 0)[1])
            except SystemExit:
                os.kill(inner, signal.SIGKILL)
                os.waitpid(inner, 0)
                raise
