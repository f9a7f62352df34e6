"""Ask the press for a PDF (`service.documents.press`), and keep a press at hand.

A process has one press, started at its first paper; what it forks afterwards (web workers, a worker's jobs) shares it. The press
ends when the last of them has.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import threading

from service.documents.paper import Paper
from service.documents.press import ROOT, to_request
from service.work.faults import Fault

SECONDS = 60
MEMORY_BYTES = 1_500_000_000
MOST_REQUEST_BYTES = 4_000_000
MOST_PDF_BYTES = 25_000_000
MODULE = "service.documents.press"
_FONTS_CONFIGURATION = ROOT / "service/documents/papers/fonts.conf"


class RenderingFailed(RuntimeError):
    """A paper could not be laid out. The message says why, for the one who looks into it."""

    fault = Fault.UNPRINTABLE


class PressLost(RenderingFailed):
    """The press did not answer, or not all of it: it was ended at its limits, or killed."""

    fault = Fault.LOST


class _Keeper:
    """Keeps the press of this process, and of what it forks."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.control: socket.socket | None = None
        self.owner = 0  # the process that started the press, and that waits for its end

    def start(self) -> socket.socket:
        """The way to the press, which is started when there is none."""
        if self.control is None:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self.process = subprocess.Popen(  # noqa: S603 - a fixed command
                    [sys.executable, "-m", MODULE, str(theirs.fileno())],
                    cwd=ROOT,
                    env={"FONTCONFIG_FILE": str(_FONTS_CONFIGURATION), "LC_ALL": "C.UTF-8", "PATH": os.defpath},
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                )
            self.control, self.owner = ours, os.getpid()
        return self.control

    def hand_over(self, connection: socket.socket) -> None:
        """Give the press a connection on which it is to print a paper."""
        with self.lock:
            try:
                socket.send_fds(self.start(), [b"paper"], [connection.fileno()])
            except OSError:  # it has been killed: a new one
                self.let_go()
                socket.send_fds(self.start(), [b"paper"], [connection.fileno()])

    def let_go(self) -> None:
        """Let go of the press. It ends when nobody else holds it."""
        control, process = self.control, self.process
        self.control = self.process = None
        if control is not None:
            control.close()
        if process is not None and self.owner == os.getpid():
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)

    def after_fork(self) -> None:
        """In the fork: another thread may have held the lock when it was made."""
        self.lock = threading.Lock()


_keeper = _Keeper()
atexit.register(_keeper.let_go)
os.register_at_fork(after_in_child=_keeper.after_fork)


def render(paper: Paper, seconds: int = SECONDS, memory: int = MEMORY_BYTES) -> tuple[bytes, str]:
    """The PDF of a paper, and the version of the renderer that made it.

    Raises RenderingFailed when the template or the facts are wrong, or when the paper goes over its limits.
    """
    try:
        request = to_request(paper, seconds, memory)
    except TypeError as error:
        raise RenderingFailed(f"{paper.template}: {error}") from error
    if len(request) > MOST_REQUEST_BYTES:
        raise RenderingFailed(f"{paper.template}: {len(request)} bytes of facts, the most is {MOST_REQUEST_BYTES}")
    answer = _ask(request, seconds)
    line, _newline, content = answer.partition(b"\n")
    try:
        told = json.loads(line)
    except ValueError as error:
        raise PressLost(
            f"{paper.template}: went over its limit of {seconds} seconds or {memory} bytes of memory"
        ) from error
    if "error" in told:
        raise RenderingFailed(f"{paper.template}: {told['error']}")
    if told["size"] != len(content):
        raise PressLost(f"{paper.template}: {len(content)} of {told['size']} bytes came")
    return content, told["version"]


def warm_up() -> None:
    """Start the press now, so that what this process forks shares it and the first paper does not wait for it."""
    with _keeper.lock:
        _keeper.start()


def close() -> None:
    """Let go of the press. It ends when nobody else holds it; the next paper starts a new one."""
    with _keeper.lock:
        _keeper.let_go()


def _ask(request: bytes, seconds: int) -> bytes:
    """The press's whole answer; nothing when the system ended it at its limits."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            _keeper.hand_over(theirs)
        ours.settimeout(4 * seconds + 30)  # a paper ends at its limits; this is for those before it in the queue
        try:
            ours.sendall(request)
            ours.shutdown(socket.SHUT_WR)
            answer = bytearray()
            while part := ours.recv(1 << 16):
                answer += part
                if len(answer) > MOST_PDF_BYTES:
                    raise RenderingFailed(f"the PDF is larger than {MOST_PDF_BYTES} bytes")
        except TimeoutError as error:
            raise PressLost("the press does not answer") from error
        except (BrokenPipeError, ConnectionResetError):
            return b""
        return bytes(answer)
