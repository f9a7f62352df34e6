"""Keep a process of its own at hand (`enclosed`), and ask it for a piece of work.

A process has one for each craft, started at its first piece of work; what it forks afterwards (web workers, a worker's jobs) shares
it. It ends when the last of them has.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any

from service.platform.work.enclosed import ROOT


class Unanswered(Exception):
    """The process gave no whole answer: the system ended it at its limits, or it is not right."""


class TooLarge(Unanswered):
    """What came of the work is larger than anyone wants: it would be so again."""


class Keeper:
    """Keeps the process of one craft, for this process and what it forks. `module` is run as a program."""

    def __init__(self, module: str, environment: Mapping[str, str], max_answer: int) -> None:
        self.module, self.environment, self.max_answer = module, environment, max_answer
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.control: socket.socket | None = None
        self.owner = 0  # the process that started it, and that waits for its end
        atexit.register(self._let_go)
        os.register_at_fork(after_in_child=self._after_fork)

    def ask(self, request: bytes, seconds: int, memory: int) -> tuple[dict[str, Any], bytes]:
        """What is told of a piece of work, and what came of it. Raises Unanswered."""
        limits = json.dumps({"seconds": seconds, "memory": memory}).encode()
        answer = self._answer(limits + b"\n" + request, seconds)
        line, _newline, content = answer.partition(b"\n")
        try:
            told: dict[str, Any] = json.loads(line)
        except ValueError as error:
            raise Unanswered(f"went over its limit of {seconds} seconds or {memory} bytes of memory") from error
        if "error" not in told and told["size"] != len(content):
            raise Unanswered(f"{len(content)} of {told['size']} bytes came")
        return told, content

    def warm_up(self) -> None:
        """Start the process now, so that what this one forks shares it and the first piece of work does not wait for it."""
        with self.lock:
            self._start()

    def close(self) -> None:
        """Let go of the process. It ends when nobody else holds it; the next piece of work starts a new one."""
        with self.lock:
            self._let_go()

    def _answer(self, request: bytes, seconds: int) -> bytes:
        """The whole answer; nothing when the system ended the process at its limits."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                self._hand_over(theirs)
            ours.settimeout(4 * seconds + 30)  # a piece ends at its limits; this is for those before it in the queue
            try:
                ours.sendall(request)
                ours.shutdown(socket.SHUT_WR)
                answer = bytearray()
                while part := ours.recv(1 << 16):
                    answer += part
                    if len(answer) > self.max_answer:
                        raise TooLarge(f"the answer is larger than {self.max_answer} bytes")
            except TimeoutError as error:
                raise Unanswered(f"{self.module} does not answer") from error
            except (BrokenPipeError, ConnectionResetError):
                return b""
            return bytes(answer)

    def _start(self) -> socket.socket:
        """The way to the process, which is started when there is none."""
        if self.control is None:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self.process = subprocess.Popen(  # noqa: S603 - a fixed command
                    [sys.executable, "-m", self.module, str(theirs.fileno())],
                    cwd=ROOT,
                    env={**self.environment, "LC_ALL": "C.UTF-8", "PATH": os.defpath},
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                )
            self.control, self.owner = ours, os.getpid()
        return self.control

    def _hand_over(self, connection: socket.socket) -> None:
        """Give the process a connection on which it is asked for a piece of work."""
        with self.lock:
            try:
                socket.send_fds(self._start(), [b"piece"], [connection.fileno()])
            except OSError:  # it has been killed: a new one
                self._let_go()
                socket.send_fds(self._start(), [b"piece"], [connection.fileno()])

    def _let_go(self) -> None:
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

    def _after_fork(self) -> None:
        """In the fork: another thread may have held the lock when it was made."""
        self.lock = threading.Lock()
