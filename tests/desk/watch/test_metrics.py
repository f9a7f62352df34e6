"""`/metrics`: the sums of all processes, whichever is asked, and how the work stands, where the database says so."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from config.embedded import Servers
from config.settings import Settings
from service.desk.watch import queries
from service.features import FEATURES
from service.platform.work import counters
from service.platform.work.counters import Counters
from tests.desk.watch.test_check import aside, elsewhere, late_work, lost_statement, mail_given_up, old_backup
from tests.support.processes import ROOT, environment, wait_until
from tests.support.world import HERE, World

Figures = dict[tuple[str, ...], float]
PROCESS = """
import gc, os, sys
from config.settings import load_settings
from service.app import create_app
from service.platform.work import counters
app = create_app(load_settings())
client = app.test_client()
gc.freeze()  # as `wsgi` does: else the end takes a second
for line in sys.stdin:
    address, times = line.split()
    job = os.fork() if address == "job" else None
    for _each in range(int(times) if not job else 0):
        answer = client.get("/healthz" if address == "job" else address)
    if job == 0:
        with app.app_context():
            counters.here().hand_on()
        os._exit(0)
    if job:
        os.waitpid(job, 0)
    print(answer.text if address == "/metrics" else "", end="\\n# END\\n", flush=True)
"""


def read(text: str) -> Figures:
    """The figures by name and labels, in the order of what these are called."""
    samples = (each for family in text_string_to_metric_families(text) for each in family.samples)
    return {(each.name, *(label for _name, label in sorted(each.labels.items()))): each.value for each in samples}


def figures(client: FlaskClient) -> Figures:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return read(answer.text)


@pytest.fixture(autouse=True)
def anew(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of this test's own: other applications of this process may yet hand on what they have counted."""
    monkeypatch.setitem(app.extensions, "counters", Counters(tmp_path / counters.FILE))


class Process:
    """The application in a process of its own, which asks it what it is told to."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROCESS], cwd=ROOT, env=dict(environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )  # fmt: skip

    def ask(self, address: str, times: int = 1) -> str:
        """Ask so many times; returns the last answer."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{address} {times}\n")
        self.process.stdin.flush()
        return "".join(iter(self.process.stdout.readline, "# END\n"))

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def two(app: Flask, settings: Settings, place: Servers, tmp_path: Path) -> Iterator[list[Process]]:
    """Two processes that serve the same place."""
    environ = environment(settings, place.environment(), LOG_LEVEL="ERROR", VAR=str(tmp_path))
    processes = [Process(environ) for _each in range(2)]
    yield processes
    for process in processes:
        process.kill()


def test_whichever_process_is_asked_it_tells_of_all(two: list[Process], client: FlaskClient) -> None:
    """And of those that are gone, and of jobs, which are forks that do not take what their parents have counted for theirs."""
    alive = ("partnerskab_requests_total", "/healthz", "200")
    one, other = two
    one.ask("/healthz", 3)
    one.ask("job", 2)
    other.ask("/healthz", 4)
    wait_until(lambda: figures(client).get(alive, 0) >= 9, "each process hands on what it has counted")
    assert {read(process.ask("/metrics"))[alive] for process in two} == {9}
    one.kill()
    assert figures(client)[alive] == read(other.ask("/metrics"))[alive] == 9


def test_answers_are_counted_by_route_and_never_by_address(app: Flask, world: World, client: FlaskClient) -> None:
    client.get(f"/kommuner/{HERE}/opgoerelser")
    client.get("/findes-ikke")
    client.open("/healthz", method="FOO")
    found = figures(client)
    assert found["partnerskab_requests_total", "/kommuner/<municipality_code>/opgoerelser", "302"] == 1
    assert found["partnerskab_requests_total", "none", "404"] == 1
    assert found["partnerskab_requests_total", "none", "405"] == 1
    assert HERE not in client.get("/metrics").text


def test_papers_are_counted_by_how_long_they_took(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        for seconds in (0.25, 0.7, 100.0):
            counters.rendered("statement.html", seconds)
    found = figures(client)
    steps = {name[1]: count for name, count in found.items() if name[0] == "partnerskab_render_seconds_bucket"}
    buckets = {limit: steps[limit] for limit in ("0.25", "0.5", "1", "32", "+Inf")}
    assert buckets == {"0.25": 1, "0.5": 1, "1": 2, "32": 2, "+Inf": 3}
    assert found["partnerskab_render_seconds_count", "statement.html"] == 3
    assert found["partnerskab_render_seconds_sum", "statement.html"] == pytest.approx(100.95)


STANDS: dict[Callable[[Flask, World], None], tuple[tuple[str, ...], float]] = {
    mail_given_up: (("partnerskab_work", "mail", "failed"), 1),
    lost_statement: (("partnerskab_statements_missing",), 1),
    aside: (("partnerskab_set_aside",), 2),
}


def test_how_the_work_stands_is_told(
    app: Flask, world: World, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "owed_months", lambda today: [world.month])
    monkeypatch.setattr(queries, "closed", lambda months, _moment: months)  # however young the month is
    before = figures(client)
    assert before["partnerskab_database_up",] == 1
    assert ("partnerskab_backup_age_seconds",) not in before, "there is none"
    late_work(app, world)
    late = figures(client)
    assert late["partnerskab_work", "mail", "late"] == before["partnerskab_work", "mail", "late"] + 1
    assert 5 * 3600 <= late["partnerskab_work_oldest_seconds", "mail"] < 6 * 3600
    for plant, (name, more) in STANDS.items():
        plant(app, world)
        assert figures(client)[name] == before[name] + more, name
    old_backup(app, world)
    found = figures(client)
    assert 30 * 3600 <= found["partnerskab_backup_age_seconds",] < 31 * 3600
    kinds = {labels[1] for labels in found if labels[0] == "partnerskab_work"}
    assert kinds == {kind.name for kind in FEATURES.works}


def test_a_database_that_is_away_is_a_figure(app: Flask, settings: Settings, tmp_path: Path) -> None:
    nowhere = "postgresql+psycopg://partnerskab_service:x@127.0.0.1:1/nowhere"
    with elsewhere(settings, database_url=nowhere, var=tmp_path) as lost:
        lost.test_client().get("/healthz")
        found = figures(lost.test_client())
    assert found["partnerskab_database_up",] == 0
    assert found["partnerskab_requests_total", "/healthz", "200"] == 1
    assert not any(name.startswith("partnerskab_work") for name, *_labels in found)


# The file


@pytest.fixture
def counts(tmp_path: Path) -> Counters:
    return Counters(tmp_path / counters.FILE)


def test_what_cannot_be_handed_on_stays(counts: Counters, tmp_path: Path) -> None:
    """A process that stands still with the file in its hand holds up nobody; nor does a disk that is full."""
    counts.add(("requests", "/a", "200"))
    held = os.open(tmp_path / "counters.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(held, fcntl.LOCK_EX)
    counts.hand_on()
    assert counts.sums() == {}
    os.close(held)
    blocked = tmp_path / "counters.new"
    blocked.mkdir()
    counts.hand_on()
    assert counts.sums() == {}
    blocked.rmdir()
    counts.add(("requests", "/a", "200"))
    counts.hand_on()
    assert counts.sums() == {("requests", "/a", "200"): 2}


def test_there_is_no_more_of_them_than_there_is_room_for(
    counts: Counters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "MAX_KINDS", 2)
    other = Counters(tmp_path / counters.FILE)
    for number in range(5):
        counts.add(("requests", f"/{number}", "200"))
        other.add(("requests", f"/{number + 1}", "200"))
    counts.hand_on()
    other.hand_on()
    assert counts.sums() == {("requests", "/0", "200"): 1, ("requests", "/1", "200"): 2}


def test_a_file_that_is_none_is_begun_anew(counts: Counters) -> None:
    counts.file.write_text("[[")
    counts.add(("requests", "/a", "200"))
    counts.hand_on()
    assert counts.sums() == {("requests", "/a", "200"): 1}
