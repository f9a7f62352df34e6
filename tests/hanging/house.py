"""The web as it really runs, on servers of its own that tests may freeze: Gunicorn with two processes, PostgreSQL, Redis."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from flask_migrate import upgrade
from redis import Redis

from config import embedded
from config.embedded import Servers
from config.settings import load_settings
from service.app import create_app
from service.platform.accounts import own_account
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock
from tests.support.pages import token_of
from tests.support.processes import ROOT, wait_until
from tests.support.world import PASSWORD, person

PERSON = "sekretariat@drc.example"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how long."""

    status: int
    headers: Mapping[str, str]
    text: str
    seconds: float


class House:
    """The web, and what it stands on."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.servers: Servers = embedded.ensure(var, durable=False)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.environ = {
            **{name: value for name, value in self.servers.environment().items() if value},
            "PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", ""), "LC_ALL": "C.UTF-8",
            "VAR": str(var), "PORT": str(self.port), "SECRET_KEY": "h" * 40, "WEB_CONCURRENCY": "2", "LOG_LEVEL": "ERROR",
        }  # fmt: skip
        self.app = create_app(load_settings(self.environ))
        with self.app.app_context():
            upgrade(directory="migrations")
        self.web: subprocess.Popen[bytes] | None = None
        self.key = self.let_in(PERSON)

    def let_in(self, *emails: str) -> str:
        """Let these people in. Returns a key of the last one."""
        with self.app.app_context(), acting_for(clock()), transaction():
            people = [person(email, ("secretariat", None, None)) for email in emails]
            _key, token = own_account.issue_key(people[-1], "prøve")
        with self.app.app_context():
            db.engine.dispose()
        return token

    def serve(self) -> None:
        """Start the web as `make run` does, unless it is on."""
        if self.web is not None and self.web.poll() is None:
            return
        command = [sys.executable, "-m", "gunicorn", "wsgi:app", "-c", "config/gunicorn.conf.py"]
        self.web = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdin=subprocess.DEVNULL)
        wait_until(self._answers, "the web answers")

    def _answers(self) -> bool:
        assert self.web is not None
        assert self.web.poll() is None, "it has ended"
        try:
            return self.ask("GET", "/healthz").status == 200
        except OSError:
            return False

    def ask_to_end(self) -> None:
        """Ask the web to finish."""
        assert self.web is not None
        self.web.terminate()

    def ask(
        self, method: str, path: str, body: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask, on a line of its own."""
        began = time.monotonic()
        line = HTTPConnection("127.0.0.1", self.port, timeout=60)
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        line.request(method, path, urlencode(body) if body else None, {**form, **(headers or {})})
        found = line.getresponse()
        text = found.read().decode()
        line.close()
        cookies = "\n".join(found.headers.get_all("Set-Cookie", []))
        return Answer(found.status, {**found.headers, "Set-Cookie": cookies}, text, time.monotonic() - began)

    def at_once(self, *asked: tuple[str, Mapping[str, str]]) -> list[Answer]:
        """Get all these addresses, with these headers, at once."""
        with ThreadPoolExecutor(len(asked)) as pool:
            return list(pool.map(lambda each: self.ask("GET", each[0], headers=each[1]), asked))

    def answers(self, paths: Collection[str], headers: Mapping[str, str]) -> bool:
        """Whether every process answers: so many at once come to each of them."""
        return {
            answer.status for answer in self.at_once(*[(path, headers) for path in paths for _each in range(12)])
        } == {200}

    def sign_in(self, email: str, password: str) -> Answer:
        """Try to sign in, as a browser without a session."""
        page = self.ask("GET", "/log-ind")
        data = {"csrf_token": token_of(page.text), "email": email, "password": password}
        return self.ask("POST", "/log-ind", data, {"Cookie": cookie_of(page)})

    def signed_in(self) -> dict[str, str]:
        """The headers of somebody who has signed in."""
        answer = self.sign_in(PERSON, PASSWORD)
        assert answer.status == 302, answer.text
        return {"Cookie": cookie_of(answer)}

    def postgres(self) -> list[int]:
        """PostgreSQL's processes."""
        first = int((self.var / "postgres/postmaster.pid").read_text().split()[0])
        return [first, *(int(each) for each in Path(f"/proc/{first}/task/{first}/children").read_text().split())]

    def redis(self) -> list[int]:
        """Redis's process."""
        with Redis.from_url(self.servers.redis_url) as redis:
            return [int(redis.info("server")["process_id"])]

    def end(self) -> None:
        """End all."""
        if self.web is not None:
            self.web.terminate()
            self.web.wait(60)
        embedded.leave(self.var)


def cookie_of(answer: Answer) -> str:
    """The cookie of the session that an answer sets."""
    found = re.search(r"^(?:__Host-)?partnerskab=[^;]+", answer.headers["Set-Cookie"], re.MULTILINE)
    assert found
    return found[0]


@contextmanager
def frozen(pids: list[int]) -> Iterator[None]:
    """Stop these processes: they accept what is sent and answer nothing."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in reversed(pids):
            os.kill(pid, signal.SIGCONT)
