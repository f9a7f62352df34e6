"""A plugin of pytest that runs the tests once as they are, and then once for each mutant until one of them fails.

All is done in one process: the database is migrated and the world is built once, a mutant is done and undone between two runs. So a
mutant that the catalogue notices costs a second. What fails first is noted twice: of the catalogue, which reads what is there, and of
the tests that behave as people and attackers do.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import psycopg
import pytest
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from config.embedded import Servers
from config.settings import Settings
from tenants import schema
from tests.mutants.walls import Mutant, all_of
from tests.support.world import World

CATALOGUE = ("test_ownership.py", "test_every_route_has_the_permit_that_the_table_says")  # which read what is there


@dataclass
class Verdict:
    """What noticed a mutant first, of the catalogue and of the tests of behaviour; "" where nothing did."""

    mutant: Mutant
    catalogue: str
    behaviour: str | None  # None where it was not asked


@dataclass(eq=False)
class Judge:
    """The plugin. `count` mutants of those there are (0: all), chosen by `seed`, until `minutes` are over."""

    count: int
    seed: int
    minutes: float
    behave: bool
    kinds: str = ""
    verdicts: list[Verdict] = field(default_factory=list)
    there_are: int = 0
    broken: str = ""
    why: str = ""  # the last that failed did
    app: Flask = field(init=False)
    settings: Settings = field(init=False)
    owner: psycopg.Connection = field(init=False)
    _failed: str = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what failed."""
        if report.failed and not self._failed:
            self._failed, self.why = report.nodeid, report.longreprtext

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge, in the place of pytest's own loop."""
        catalogue = [item for item in session.items if any(name in item.nodeid for name in CATALOGUE)]
        behaviour = [item for item in session.items if item not in catalogue] if self.behave else []
        self.broken = self._fails([*catalogue, *behaviour], catalogue[0])
        if not self.broken:
            self._judge(session, catalogue, behaviour)
        session._setupstate.teardown_exact(None)
        session.testsfailed = 0
        return True

    def _judge(
        self, session: pytest.Session, catalogue: Sequence[pytest.Item], behaviour: Sequence[pytest.Item]
    ) -> None:
        found = all_of(self.owner, self.settings.service_role, self.app)
        found = [mutant for mutant in found if self.kinds in mutant.kind]
        self.there_are = len(found)
        random.Random(self.seed).shuffle(found)  # noqa: S311 - a sample
        whole, end = self._facts(), time.monotonic() + self.minutes * 60
        for mutant in found[: self.count or None]:
            if time.monotonic() > end:
                return
            mutant.do()
            try:
                first = self._fails(catalogue, (behaviour or catalogue)[0])
                second = self._fails(behaviour, catalogue[0]) if self.behave else None
            finally:
                mutant.undo()
            assert self._facts() == whole, f"{mutant.kind} {mutant.name} was not undone"
            self.verdicts.append(Verdict(mutant, first, second))
            noticed = " · ".join(_short(each) for each in (first, second or "") if each) or "SURVIVED"
            with session.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
                print(f"  {len(self.verdicts):4}  {mutant.kind:28} {mutant.name:50} {noticed}", flush=True)

    def _fails(self, items: Sequence[pytest.Item], then: pytest.Item) -> str:
        """Run tests until one fails: which. What they share stays set up for `then`, which runs next."""
        for number, item in enumerate(items):
            self._failed = ""
            following = items[number + 1] if number + 1 < len(items) else then
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failed:
                item.session._setupstate.teardown_exact(then)
                return self._failed
        return ""

    def _facts(self) -> frozenset[str]:
        engine = create_engine(self.settings.database_owner_url, poolclass=NullPool)
        with engine.connect() as connection:
            return schema.read(connection, self.settings.service_role)


@pytest.fixture(scope="session", autouse=True)
def stage(
    migrated: Flask, built: World, place: Servers, settings: Settings, pytestconfig: pytest.Config
) -> Iterator[None]:
    """What the mutants are made of, for as long as the session lasts."""
    judge = next(plugin for plugin in pytestconfig.pluginmanager.get_plugins() if isinstance(plugin, Judge))
    with psycopg.connect(place.database_owner_url, autocommit=True) as owner:
        owner.execute("SET lock_timeout = '10s'")
        judge.app, judge.settings, judge.owner = migrated, settings, owner
        yield


def _short(nodeid: str) -> str:
    return nodeid.rpartition("/")[2].partition("[")[0]
