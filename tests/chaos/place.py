"""A place of its own to break: servers, a mail server, and every process of the service, each started again when it ends."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from redis import Redis

from config import embedded
from config.embedded import Servers

ROOT = Path(__file__).parents[2]
LEASE_SECONDS = 30
DISK = "2000m"  # of the file system that is filled
PROCESSES = {  # two of each that there may be two of
    "web": (sys.executable, "-m", "gunicorn", "wsgi:app", "-c", "config/gunicorn.conf.py"),
    "worker 1": (sys.executable, "-m", "service.worker"),
    "worker 2": (sys.executable, "-m", "service.worker"),
    "timetable 1": (sys.executable, "-m", "service.timetable"),
    "timetable 2": (sys.executable, "-m", "service.timetable"),
}


class Letterbox:
    """A mail server that counts what it has received, by Message-ID, and knows what it was about."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.received: Counter[str] = Counter()
        self.subjects: dict[str, str] = {}
        self.controller: Controller | None = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.content or b""
        mail = message_from_bytes(content if isinstance(content, bytes) else content.encode(), policy=default)
        key = mail["Message-ID"].strip("<>").partition("@")[0]
        self.received[key] += 1
        self.subjects[key] = mail["Subject"]
        return "250 OK"

    def open(self) -> None:
        """Listen."""
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def close(self) -> None:
        """Listen no more."""
        if self.controller is not None:
            self.controller.stop()
            self.controller = None


@dataclass
class Kept:
    """A process that is started again a moment after it has ended, as an operator's machine does."""

    name: str
    env: dict[str, str]
    log: Path
    child: subprocess.Popen[bytes] | None = None
    sessions: list[int] = field(default_factory=list)
    ended_at: float = 0.0
    starts: int = 0

    def tend(self) -> None:
        """Start it when it is not there."""
        if self.child is not None and self.child.poll() is None:
            return
        if self.child is not None and not self.ended_at:
            self.ended_at = time.monotonic()
        if time.monotonic() < self.ended_at + 1:
            return
        with self.log.open("ab") as said:
            self.child = subprocess.Popen(
                PROCESSES[self.name], cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                start_new_session=True,
            )  # fmt: skip
        self.sessions.append(self.child.pid)
        self.starts, self.ended_at = self.starts + 1, 0.0

    def members(self) -> dict[int, str]:
        """The processes of its sessions: their ids, and what they were started as."""
        found = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError, ValueError, IndexError):
                session = int(stat.read_text().rpartition(")")[2].split()[3])
                if session in self.sessions:
                    command = stat.with_name("cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    found[int(stat.parent.name)] = command
        return found

    def end(self) -> None:
        """End it and whatever it has started."""
        for pid in self.members():
            kill(pid)
        if self.child is not None:
            self.child.wait(10)


def kill(pid: int, how: signal.Signals = signal.SIGKILL) -> bool:
    """Send a process a signal. Returns whether it was there."""
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        return False
    return True


@dataclass
class Place:
    """All of it."""

    var: Path
    servers: Servers
    box: Letterbox
    kept: dict[str, Kept]
    port: int
    chance: random.Random
    full_disk: bool  # whether `var` is a file system of its own, that can be filled
    answers: Counter[str] = field(default_factory=Counter)

    def tend(self) -> None:
        """Start again what has ended."""
        for each in self.kept.values():
            each.tend()

    def redis(self) -> Redis:
        """A client of its own."""
        return Redis.from_url(self.servers.redis_url, socket_timeout=5)

    def redis_pid(self) -> int:
        """The process of Redis."""
        with self.redis() as client:
            return int(client.info("server")["process_id"])

    def postgres_pids(self) -> list[int]:
        """The processes of PostgreSQL, the one above all first."""
        first = int((self.var / "postgres/postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [first, *map(int, children)]

    def servers_up(self) -> None:
        """Start the servers that do not run; for a while in vain, on a disk that was full."""
        for _patience in range(10):
            try:
                embedded.ensure(self.var)
            except Exception:
                time.sleep(1)
            else:
                return

    def ask_the_web(self, stop: threading.Event) -> None:
        """Ask for a page a second, as people would, and count the answers."""
        while not stop.wait(1):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/log-ind", timeout=5) as answer:
                    self.answers[str(answer.status)] += 1
            except urllib.error.HTTPError as error:
                self.answers[str(error.code)] += 1
            except OSError:
                self.answers["none"] += 1


@contextmanager
def place(folder: Path, port: int, seed: int) -> Iterator[Place]:
    """The place, with no process of the service started yet; nothing of it is left afterwards."""
    var, full_disk = folder / "var", os.geteuid() == 0
    var.mkdir()
    if full_disk:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=755", "chaos", str(var)]
        full_disk = subprocess.run(mount, check=False, capture_output=True).returncode == 0
    servers = embedded.ensure(var)  # as an operator's: what is stopped at once keeps what it has said yes to
    box = Letterbox(port + 1)
    env = {
        "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "VAR": str(var), "SECRET_KEY": "c" * 40, "LOG_LEVEL": "WARNING",
        "PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}", "MAIL_URL": f"smtp://127.0.0.1:{port + 1}",
        "WEB_CONCURRENCY": "1", "LEASE_SECONDS": str(LEASE_SECONDS), **servers.environment(),
    }  # fmt: skip
    kept = {name: Kept(name, env, folder / f"{name.replace(' ', '')}.log") for name in PROCESSES}
    chance = random.Random(seed)  # noqa: S311 - the same faults each time, nothing to guess
    found = Place(var, servers, box, kept, port, chance, full_disk)
    try:
        box.open()
        yield found
    finally:
        for each in kept.values():
            each.end()
        box.close()
        embedded.leave(var)
        embedded.stop(var)
        if full_disk:
            subprocess.run(["umount", "-l", str(var)], check=False)
