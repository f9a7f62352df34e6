"""`make run`: the servers, the migrations, the first data, and then web, workers and timetable until told to stop.

The web comes first. The rest of a demonstration's data is loaded beside it, and the timetable begins when it is there: what falls due
before, as a statement of a month whose sessions are still to come, would be made of half of it.

What dies is started again by the `supervisor`, and so are the embedded servers, by the same pauses: a service whose timetable is broken
still answers, and says on `/readyz` what is missing.
"""

from __future__ import annotations

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from config import embedded, embedded_programs, running
from config.discretion import described
from config.settings import Settings, SettingsError, load_settings, parse
from config.supervisor import STEADY, Process, Stop, Supervisor, pause_after, say

FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
WEB = (sys.executable, "-m", "gunicorn", "wsgi:app", "-c", "config/gunicorn.conf.py")
HEAD_START = 3.0  # seconds that the web has for itself
LOOK_SECONDS = 3.0  # between two looks at the embedded servers
ACCOUNTS = """\
Accounts, all with the password partnerskab-demo:
  sekretariat@drc.example              DRC, the secretariat
  konsulent.syddanmark@drc.example     DRC, a consultant; konsulent.hovedstaden@drc.example another
  leder.0580@kommune.example           Aabenraa, its manager
  medarbejder.0580@kommune.example     Aabenraa, its staff; likewise by the code of every municipality with a partnership"""


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

    say(f"servers: {embedded_programs.origin() if own_servers else 'those of DATABASE_URL and REDIS_URL'}")
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
