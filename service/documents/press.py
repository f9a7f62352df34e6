"""The press: the process that papers are laid out in. Started by `service.documents.renderer`, never by hand.

It is two processes. The outer one only keeps an inner one running. The inner one loads the libraries and fonts and lays out one
paper after the other, each with limits on time and memory at which the system ends it, under a guard: it can open no file but
the project's own, no connection and no program. The press knows no setting and no secret: its environment is empty.

What comes and goes is JSON and bytes, never pickles: whoever took over the press could send the service nothing that runs there.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import signal
import socket
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

from service.documents.paper import Paper, Table, plain

ROOT = Path(__file__).parent.parent.parent
MOST_FILE_BYTES = 8_000_000
PAPERS_BEFORE_RENEWAL = 250
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


def to_request(paper: Paper, seconds: int, memory: int) -> bytes:
    """The paper and its limits as they go to the press. Raises TypeError for facts that are not plain values."""
    fields = {name: getattr(paper, name) for name in Paper.__slots__}
    tables = [{name: getattr(table, name) for name in Table.__slots__} for table in paper.tables]
    fields |= {"issued_on": paper.issued_on.isoformat(), "facts": plain(paper.facts), "tables": tables}
    return json.dumps({"seconds": seconds, "memory": memory, "paper": fields}).encode()


def from_request(request: bytes) -> tuple[Paper, int, int]:
    """The other way."""
    asked = json.loads(request)
    fields = asked["paper"]
    tables = tuple(
        Table(table["name"], tuple(table["header"]), tuple(tuple(row) for row in table["rows"]), table["title"])
        for table in fields["tables"]
    )
    paper = Paper(**{**fields, "issued_on": dt.date.fromisoformat(fields["issued_on"]), "tables": tables})
    return paper, asked["seconds"], asked["memory"]


def shut_in(refused: Callable[[str], BaseException]) -> None:
    """From here on this process reads nothing but Python and the project's own code, templates and fonts, and reaches nobody.

    A second wall behind WeasyPrint's fetcher and Jinja's sandbox; it cannot be taken down again. `refused` makes the error.
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
                raise refused(f"a paper may not open {os.fsdecode(path)[:100]!r}")
        elif event.startswith(_FORBIDDEN):
            raise refused(f"a paper may not do {event}")

    sys.addaudithook(guard)


def _limit(seconds: int, memory: int) -> None:
    """Let the system end this process when a paper goes on too long or takes too much, whatever it is doing."""
    used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds + 1, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_AS, (memory, resource.RLIM_INFINITY))


def _print_one(connection: socket.socket) -> bool:
    """Read one paper from the connection and answer with a line of JSON and the PDF. Returns whether to go on with the next."""
    from service.documents.layout import layout, version

    sound = True
    try:
        with connection.makefile("rb") as incoming:
            paper, seconds, memory = from_request(incoming.read())
        _limit(seconds, memory)
        content = layout(paper)
        told: dict[str, Any] = {"version": version(), "size": len(content)}
    except BaseException as error:
        content, told = b"", {"error": f"{type(error).__name__}: {error}"[:500]}
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


def _prepare() -> None:
    """Load libraries, fonts and templates, and raise the guard."""
    warnings.filterwarnings("ignore", "No fonts configured in FontConfig", UserWarning)
    from service.documents import layout
    from service.documents.letters import printable_points

    layout.faces(), layout.environment(), layout.version(), printable_points()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_FILE_BYTES, MOST_FILE_BYTES))
    shut_in(layout.Refused)


def _work(control: socket.socket) -> int:
    """The inner process: lay out papers until nobody is left, or it is time for a new one. Returns which, as an exit status."""
    try:
        _prepare()
    except Exception as error:
        if connection := _next(control):
            with connection, suppress(OSError):
                connection.sendall(json.dumps({"error": f"{type(error).__name__}: {error}"[:500]}).encode() + b"\n")
        return _RENEW
    for _paper in range(PAPERS_BEFORE_RENEWAL):
        connection = _next(control)
        if connection is None:
            return _ENDED
        with connection:
            if not _print_one(connection):
                break
    return _RENEW


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit


def main(control: socket.socket) -> None:
    """Keep an inner process at work until nobody holds the other end of `control` any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the one who asks, and then the press
    signal.signal(signal.SIGTERM, _stop)
    status = _RENEW
    while status != _ENDED:
        with tempfile.TemporaryDirectory(
            prefix="partnerskab-press-"
        ) as folder:  # the type setter keeps the fonts there
            inner = os.fork()
            if not inner:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                tempfile.tempdir = folder
                try:
                    status = _work(control)
                except BaseException:
                    traceback.print_exc()
                finally:
                    os._exit(status)
            try:
                status = os.waitstatus_to_exitcode(os.waitpid(inner, 0)[1])
            except SystemExit:
                os.kill(inner, signal.SIGKILL)
                os.waitpid(inner, 0)
                raise


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
