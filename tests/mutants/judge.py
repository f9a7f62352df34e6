"""Judges the tests of the walls: what fails first is noted twice, of the catalogue, which reads what is there, and of the tests that
behave as people and attackers do. A mutant that the catalogue notices costs a second.
"""

from __future__ import annotations

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
from tests.mutants.rerun import Rerun, short
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
class Judge(Rerun):
    """The plugin. `behave` asks the tests of behaviour as well, `kinds` for mutants of a kind alone."""

    behave: bool = True
    kinds: str = ""
    verdicts: list[Verdict] = field(default_factory=list)
    app: Flask = field(init=False)
    settings: Settings = field(init=False)
    owner: psycopg.Connection = field(init=False)

    def judge(self, items: Sequence[pytest.Item]) -> None:
        """The catalogue, then behaviour."""
        catalogue = [item for item in items if any(name in item.nodeid for name in CATALOGUE)]
        behaviour = [item for item in items if item not in catalogue] if self.behave else []
        self.broken = self.fails([*catalogue, *behaviour], catalogue[0])
        if not self.broken:
            self._judge(catalogue, behaviour)

    def _judge(self, catalogue: Sequence[pytest.Item], behaviour: Sequence[pytest.Item]) -> None:
        found = all_of(self.owner, self.settings.service_role, self.app)
        whole = self._facts()
        for mutant in self.sample([mutant for mutant in found if self.kinds in mutant.kind]):
            mutant.do()
            try:
                first = self.fails(catalogue, (behaviour or catalogue)[0])
                second = self.fails(behaviour, catalogue[0]) if self.behave else None
            finally:
                mutant.undo()
            assert self._facts() == whole, f"{mutant.kind} {mutant.name} was not undone"
            self.verdicts.append(Verdict(mutant, first, second))
            noticed = " · ".join(short(each) for each in (first, second or "") if each) or "SURVIVED"
            self.say(f"  {len(self.verdicts):4}  {mutant.kind:28} {mutant.name:50} {noticed}")

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
