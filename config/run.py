"""`make run`: the servers, the migrations, the first data, and then web, workers and timetable until told to stop.

The web comes first. The rest of a demonstration's data is loaded beside it, and the timetable begins when it is there: what falls due
before, as a statement of a month whose sessions are still to come, would be made of half of it.

A process that dies is started again after a pause that grows to a minute, and it is said: a worker killed in the middle of its
work is a thing that happens, and what it held is taken over by another. One that keeps dying takes no other with it: a service
whose timetable is broken still answers, and says on `/readyz` what is missing. The same holds for the embedded servers.

Each process has a session of its own and hears from the kernel when this one is gone, so that none outlives it: not after a
second TERM, not after a KILL. Ctrl-C reaches this process alone, which asks the others to finish what they are at.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from config import embedded, running
from config.discretion import described
from config.settings import Settings, SettingsError, load_settings, parse

FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
WEB = (sys.executable, "-m", "gunicorn", "wsgi:app", "-c", "config/gunicorn.conf.py")
HEAD_START = 3.0  # seconds that the web has for itself
PATIENCE = 25.0  # seconds for a process to finish what it is at: a little more than Gunicorn gives its requests
FIRST_PAUSE, MAX_PAUSE = 0.5, 60.0  # seconds before what has died is started again
LOOK_SECONDS = 3.0  # between two looks at the embedded servers
STEADY = 120.0  # who has lived for so long has not died in a row
ACCOUNTS = """\
Accounts, all with the password partnerskab-demo:
  sekretariat@drc.example              DRC, the secretariat
  konsulent.syddanmark@drc.example     DRC, a consultant; konsulent.hovedstaden@drc.example another
  leder.0580@kommune.example           Aabenraa, its manager
  medarbejder.0580@kommune.example     Aabenraa, its staff; likewise by the code of every municipality with a partnership"""


class Stop(Exception):
    """Somebody asked us to stop."""


def say(text: str, who: str = "run") -> None:
    """Lines of our own, or of a process, each with the name before it. Where nobody listens any more, we go on without."""
    try:
        print("\n".join(f"{who:9} | {line}" for line in text.splitlines() or [""]), flush=True)
    except OSError:
        return


@dataclass
class Process:
    """One of the processes that we keep running; with `then`, until it has ended well, whereupon those others begin."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    then: Sequence[Process] | None = None
    child: subprocess.Popen[bytes] | None = None
    reader: threading.Thread | None = None
    sessions: list[int] = field(default_factory=list)  # all it has had: a killed worker's job may be at work still
    fails: Callable[[], None] = lambda: None  # called when it has died twice in a row or more
    deaths: int = 0  # in a row
    started: float = 0.0
    next_start: float = 0.0

    def start(self) -> None:
        """Start it; what it says is printed with its name before each line."""
        # setpriv tells it of our death; it has a group of its own, so that Ctrl-C is ours to hand on.
        self.child = subprocess.Popen(  # noqa: S603 - a fixed command
            ("setpriv", "--pdeathsig", "TERM", "--", *self.command),
            env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self.started = time.monotonic()
        self.sessions.append(self.child.pid)
        self.reader = threading.Thread(target=self._read, args=(self.child,), daemon=True)
        self.reader.start()

    def _read(self, child: subprocess.Popen[bytes]) -> None:
        assert child.stdout is not None  # noqa: S101 - it was opened with a pipe
        with child.stdout as lines:
            for line in lines:
                say(line.decode(errors="replace").rstrip(), self.name)

    def ask_to_end(self) -> None:
        """Ask it, and nothing that it has started, to finish."""
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()

    def end(self) -> None:
        """Kill it if it is still there, and whatever it has started and left behind."""
        for pid in _members(self.sessions):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if self.child is not None:
            self.child.wait()
        if self.reader is not None:
            self.reader.join(2)

    def ended(self) -> int | None:
        """Its exit status when it has ended."""
        return None if self.child is None else self.child.poll()


class Supervisor:
    """What runs, and what has been asked of us meanwhile."""

    def __init__(self) -> None:
        self.processes: list[Process] = []
        self.asked = 0
        self._wake, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only to wake us

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1

    def wait(self, seconds: float) -> None:
        """Sleep until something happens, at most so long."""
        if select.select([self._wake], [], [], seconds)[0]:
            os.read(self._wake, 4096)

    def step(self, name: str, command: tuple[str, ...], env: Mapping[str, str]) -> None:
        """Run something to its end before we go on. Raises SystemExit when it fails, Stop when we are asked to stop."""
        process = Process(name, command, env)
        self.processes.append(process)
        process.start()
        while (status := process.ended()) is None:
            if self.asked:
                raise Stop
            self.wait(1)
        self.processes.remove(process)
        if process.reader:
            process.reader.join(5)
        if status:
            raise SystemExit(f"`{' '.join(command[1:])}` failed with status {status}: what it said is above")

    def keep(self, check: Callable[[], None]) -> None:
        """Keep every process running until we are asked to stop."""
        while not self.asked:
            for process in list(self.processes):
                self._revive(process)
            check()
            self.wait(1)

    def _revive(self, process: Process) -> None:
        now = time.monotonic()
        if process.then is not None and process.ended() == 0:
            self.processes.remove(process)
            self.processes += process.then
            return
        if process.child is not None and (status := process.ended()) is not None:
            process.child = None
            process.deaths = process.deaths + 1 if now - process.started < STEADY else 1
            how = f"status {status}" if status >= 0 else signal.Signals(-status).name
            pause = pause_after(process.deaths)
            process.next_start = now + pause
            often = f", {process.deaths} times in a row" if process.deaths > 1 else ""
            say(f"{process.name} ended with {how}{often}; it is started again in {pause:g} s")
            if process.deaths > 1:
                process.fails()
        if process.child is None and now >= process.next_start:
            process.start()

    def stop(self) -> None:
        """Ask everything to finish; kill what does not within its time, or when we are asked once more."""
        asked, until = self.asked, time.monotonic() + PATIENCE
        for process in self.processes:
            process.ask_to_end()
        while any(process.ended() is None for process in self.processes if process.child):
            if time.monotonic() > until or self.asked > asked:
                break
            self.wait(0.2)
        for process in self.processes:
            process.end()


def pause_after(deaths: int) -> float:
    """How many seconds what has died so many times in a row waits."""
    return min(FIRST_PAUSE * 2.0 ** min(deaths - 1, 16), MAX_PAUSE)


def _members(sessions: Collection[int]) -> list[int]:
    """Every process of these sessions, whatever groups they have made in them."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()  # the name before may hold anything
        except OSError:  # it has ended meanwhile
            continue
        if int(fields[3]) in sessions:
            found.append(int(stat.parent.name))
    return found


def main() -> None:
    """Run everything; ends with status 0 when asked to stop, with 1 and a reason else."""
    os.umask(0o077)  # mail and whatever else is written to VAR is nobody else's business
    first = parse(os.environ)
    var = first.var
    # Before the servers: a second run would otherwise join those of the first.
    if running.claim(var) is None:
        url = running.found(var).get("PUBLIC_URL", "it is only starting")
        raise SystemExit(f"`make run` is on already for {var} ({url}): stop it first, or choose another VAR and PORT")
    running.withdraw(var)  # what one who was killed has left
    _port_is_free(first)
    supervisor = Supervisor()
    try:
        _run(supervisor, load_settings())
    except Stop:
        pass
    finally:
        say("stopping")
        supervisor.stop()
        running.withdraw(var)
        embedded.leave(var)
        say("stopped")


def _run(supervisor: Supervisor, settings: Settings) -> None:
    if not settings.database_owner_url:
        raise SettingsError("DATABASE_OWNER_URL", "must be set: `make run` migrates the database before it serves")
    own_servers = not os.environ.get("DATABASE_URL")
    shared = {
        "PUBLIC_URL": settings.public_url,
        "DATABASE_URL": _plain(settings.database_url),
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "MAIL_URL": settings.mail_url,
        "PYTHONUNBUFFERED": "1",
    }
    owner = {"DATABASE_OWNER_URL": _plain(settings.database_owner_url)}
    backup = {"DATABASE_BACKUP_URL": _plain(settings.database_backup_url)} if settings.database_backup_url else {}
    serving = {**os.environ, **shared}
    for name in ("DATABASE_OWNER_URL", "DATABASE_BACKUP_URL"):
        serving.pop(name, None)  # those who serve are not to know how to migrate
    running.announce(
        settings.var,
        {**{name: shared[name] for name in ("PUBLIC_URL", "DATABASE_URL", "REDIS_URL")}, **owner, **backup},
    )

    say(f"servers: {embedded.origin() if own_servers else 'those of DATABASE_URL and REDIS_URL'}")
    supervisor.step("prepare", (*FLASK, "prepare"), {**serving, **owner})

    timetable = Process("timetable", (sys.executable, "-m", "service.timetable"), serving)
    demonstration = Process(
        "demo", (*FLASK, "demo", "load"), serving, then=[timetable], fails=lambda: _no_demonstration(settings.var)
    )
    supervisor.processes += [
        Process("web", WEB, serving),
        *(
            Process(f"worker {number}", (sys.executable, "-m", "service.worker"), serving)
            for number in range(1, settings.workers + 1)
        ),
        timetable if running.progress(settings.var) is None else demonstration,
    ]
    for process in supervisor.processes[1:]:
        process.next_start = time.monotonic() + HEAD_START
    supervisor.keep(_Checks(settings, own_servers))


def _no_demonstration(var: Path) -> None:
    running.write_failing(var)
    say(
        "the demonstration's data cannot be made, and what it says stands above. The rest is up with what there is, and its pages say so."
    )


class _Checks:
    """What is looked after beside the processes: the first answer of the web, and the embedded servers."""

    def __init__(self, settings: Settings, own_servers: bool) -> None:
        self.settings, self.own_servers = settings, own_servers
        self.answered = False
        self.next_look = 0.0
        self.restarts = 0  # in a row
        self.last_restart = 0.0

    def __call__(self) -> None:
        if not self.answered and self._answers():
            self.answered = True
            say(f"\nPartnerskab answers on {self.settings.public_url}")
            say("Ctrl-C stops it." if self.settings.production else f"{ACCOUNTS}\nCtrl-C stops it.")
        if self.own_servers and time.monotonic() > self.next_look:
            self.next_look = time.monotonic() + self._look_after_servers()

    def _answers(self) -> bool:
        host = "127.0.0.1" if self.settings.bind in ("0.0.0.0", "::") else self.settings.bind  # noqa: S104 - compared, not bound
        request = urllib.request.Request(
            f"http://{host}:{self.settings.port}/healthz", headers={"Host": self.settings.trusted_hosts[0]}
        )
        try:
            with urllib.request.urlopen(request, timeout=2) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _look_after_servers(self) -> float:
        """Start those that do not answer. Returns in how many seconds to look again: later and later while they do not stay up."""
        down = embedded.missing(self.settings.var)
        if not down:
            if time.monotonic() - self.last_restart > STEADY:
                self.restarts = 0
            return LOOK_SECONDS
        self.restarts, self.last_restart = self.restarts + 1, time.monotonic()
        say(f"no answer from {' and '.join(down)}: started again")
        try:
            embedded.ensure(self.settings.var)
        except Exception as error:  # whatever it is, it is no reason to end the others
            say(f"{described(error)}; see server.log in {self.settings.var}/postgres and redis")
        return max(LOOK_SECONDS, pause_after(self.restarts))


def _plain(url: str) -> str:
    """The URL as every program reads it, not only SQLAlchemy."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _port_is_free(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.bind, settings.port))
        except OSError as error:
            raise SettingsError(
                "PORT",
                f"{settings.port} cannot be used on {settings.bind} ({error.strerror}); choose another: make run PORT=8001",
            ) from error


if __name__ == "__main__":
    main()
