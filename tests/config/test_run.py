"""The supervisor: what dies is started again and said, what keeps dying takes nothing with it, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from config import embedded, running, supervisor
from config import run as make_run
from config.embedded_programs import EmbeddedError
from config.settings import parse

ROOT = Path(__file__).parents[2]
SUPERVISE = """
import sys
from config import supervisor
keeper = supervisor.Supervisor()
python = (sys.executable, "-S", "-c")
supervisor.PATIENCE = 1.0
try:
    keeper.processes += [supervisor.Process(f"part {n}", (*python, code), {}) for n, code in enumerate(sys.argv[1:])]
    keeper.keep(lambda: None)
finally:
    keeper.stop()
    print("all stopped", flush=True)
"""
IN_TURN = SUPERVISE.replace(
    '[supervisor.Process(f"part {n}", (*python, code), {}) for n, code in enumerate(sys.argv[1:])]',
    "[supervisor.Process('first', (*python, sys.argv[1]), {}, then=[supervisor.Process('second', (*python, sys.argv[2]), {})])]",
)
HASTY = SUPERVISE.replace(
    "supervisor.PATIENCE", "supervisor.FIRST_PAUSE, supervisor.MAX_PAUSE = 0.01, 0.04\nsupervisor.PATIENCE"
)
SLEEPER = "import time, os; print('up', os.getpid(), flush=True); time.sleep(300)"
DEAF = "import time, os, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER
# A worker's job is a child in a process group of its own.
PARENT = "import os\nif os.fork() == 0:\n    os.setpgrp()\n" + SLEEPER.replace(
    "import time, os; ", "import time\n"
).replace("; ", "\n")


class Run:
    """A supervisor at work in a process of its own."""

    def __init__(self, *parts: str, script: str = SUPERVISE) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, *parts],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip

    def pids(self, count: int) -> list[int]:
        """The processes, as each says its own number when it is up."""
        found: list[int] = []
        assert self.process.stdout is not None
        while len(found) < count:
            line = self.process.stdout.readline()
            assert line, "it ended before all were up"
            if "up " in line:
                found.append(int(line.split()[-1]))
        return found

    def until(self, *told: str) -> str:
        """All that it says until it has said all this."""
        said = ""
        assert self.process.stdout is not None
        while not all(each in said for each in told):
            line = self.process.stdout.readline()
            assert line, f"it ended before it said: {told}"
            said += line
        return said

    def end(self, number: int = signal.SIGTERM) -> tuple[str, str]:
        """Ask it to stop, and return what it said."""
        self.process.send_signal(number)
        return self.process.communicate(timeout=60)


def wait_for(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 30
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def gone(pid: int) -> bool:
    """Whether a process has ended, buried or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_stops_everything_when_asked(number: int) -> None:
    run = Run(SLEEPER, PARENT)
    pids = run.pids(2)
    said, wrong = run.end(number)
    assert (run.process.returncode, wrong) == (0, "")
    assert said.endswith("all stopped\n")
    assert all(gone(pid) for pid in pids)


def test_what_will_not_stop_is_killed_and_sooner_when_asked_twice() -> None:
    run = Run(DEAF)
    pids = run.pids(1)
    run.process.send_signal(signal.SIGTERM)
    run.end(signal.SIGTERM)
    assert run.process.returncode == 0
    assert all(gone(pid) for pid in pids)


def test_what_dies_is_started_again_and_its_orphans_are_found() -> None:
    run = Run(PARENT)
    (orphan,) = run.pids(1)
    (next_one,) = run.pids(1)  # the parent has ended at once, its child lives on, and another parent was started
    assert not gone(orphan)
    assert not gone(next_one)
    run.end()
    assert gone(orphan)
    assert gone(next_one)


def test_what_keeps_dying_is_tried_again_and_takes_nothing_with_it() -> None:
    run = Run(SLEEPER, "raise SystemExit(7)", script=HASTY)
    said = run.until("up ", "part 1 ended with status 7, 9 times in a row; it is started again in 0.04 s")
    pid = int(said.split("up ")[1].split()[0])
    assert "part 1 ended with status 7; it is started again in 0.01 s" in said
    assert "part 1 ended with status 7, 2 times in a row; it is started again in 0.02 s" in said
    assert not gone(pid), "the other has not noticed"
    rest, wrong = run.end()
    assert (run.process.returncode, wrong) == (0, "")
    assert "part 0 ended" not in said + rest
    assert gone(pid)


def test_pauses_grow_to_a_minute_and_begin_anew_after_a_steady_time() -> None:
    assert [supervisor.pause_after(deaths) for deaths in (1, 2, 5, 8, 9, 10_000)] == [0.5, 1, 8, 60, 60, 60]
    failed: list[int] = []
    process = supervisor.Process("part", ("false",), {}, fails=lambda: failed.append(process.deaths))
    keeper = object.__new__(supervisor.Supervisor)
    for lived, deaths in ((1.0, 1), (1.0, 2), (supervisor.STEADY + 1, 1), (1.0, 2)):
        process.child = subprocess.Popen(["false"])
        process.child.wait()
        process.started = time.monotonic() - lived
        keeper._revive(process)
        assert process.deaths == deaths
    assert failed == [2, 2], "once is no rule"


def test_a_demonstration_that_cannot_be_made_is_told_until_it_gets_on(tmp_path: Path) -> None:
    running.write_progress(tmp_path, 40)
    assert not running.fails(tmp_path)
    make_run._no_demonstration(tmp_path)
    assert (running.progress(tmp_path), running.fails(tmp_path)) == (40, True)
    running.write_progress(tmp_path, 41)
    assert (running.progress(tmp_path), running.fails(tmp_path)) == (41, False)
    running.write_progress(tmp_path, None)
    make_run._no_demonstration(tmp_path)
    assert (running.progress(tmp_path), running.fails(tmp_path)) == (None, False)


def test_servers_that_do_not_come_up_are_tried_later_and_later_and_end_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_var: Path) -> None:
        raise EmbeddedError("no room on the disk")

    monkeypatch.setattr(embedded, "missing", lambda _var: ("PostgreSQL",))
    monkeypatch.setattr(embedded, "ensure", broken)
    checks = make_run._Checks(parse({"VAR": "/nowhere"}), own_servers=True)
    assert [checks._look_after_servers() for _each in range(9)] == [3, 3, 3, 4, 8, 16, 32, 60, 60]
    monkeypatch.setattr(embedded, "missing", lambda _var: ())
    assert checks._look_after_servers() == make_run.LOOK_SECONDS


def test_what_others_wait_for_is_tried_until_it_ends_well(tmp_path: Path) -> None:
    tried = tmp_path / "tried"
    first = f"import pathlib; tried = pathlib.Path({str(tried)!r})\nif not tried.exists(): tried.touch(); raise SystemExit(7)"
    run = Run(first, SLEEPER, script=IN_TURN)
    (pid,) = run.pids(1)
    assert not gone(pid)
    said, wrong = run.end()
    assert (run.process.returncode, wrong) == (0, "")
    assert said.splitlines()[-1] == "all stopped"
    assert tried.exists()


def test_nothing_outlives_it_when_it_is_killed() -> None:
    run = Run(SLEEPER)
    (pid,) = run.pids(1)
    run.end(signal.SIGKILL)
    assert wait_for(lambda: gone(pid))


def started(var: Path, port: int) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "VAR": str(var), "PORT": str(port)}
    return subprocess.run(
        [sys.executable, "-m", "config.run"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def test_a_second_run_is_refused(tmp_path: Path) -> None:
    lock = running.claim(tmp_path)
    assert lock is not None
    running.announce(tmp_path, {"PUBLIC_URL": "http://127.0.0.1:8077"})
    ended = started(tmp_path, 8077)
    os.close(lock)
    assert ended.returncode == 1
    assert "is on already" in ended.stderr
    assert "http://127.0.0.1:8077" in ended.stderr
    assert ended.stdout == ""


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = started(tmp_path, port)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"PORT {port} cannot be used on 127.0.0.1 (Address already in use)")
    assert not (tmp_path / "postgres").exists(), "nothing was started for it"
