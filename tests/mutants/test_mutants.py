"""What `make mutate-walls` takes away is taken away, and put back; and what it says of what was noticed."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask

from config.embedded import Servers
from config.settings import Settings
from service.platform.web.permits import Who, permit_of
from tenants import schema
from tests.mutants.__main__ import say
from tests.mutants.judge import Judge, Verdict
from tests.mutants.walls import Mutant, all_of
from tests.support.servers import engine

KINDS = (
    "USING (true)",
    "WITH CHECK (true)",
    "function lets all through",
    "granted",
    "not forced",
    "policy dropped",
    "row security off",
    "trigger dropped",
)


@pytest.fixture
def mutants(migrated: Flask, place: Servers, settings: Settings) -> Iterator[dict[str, list[Mutant]]]:
    """Every mutant there is, by kind."""
    with psycopg.connect(place.database_owner_url, autocommit=True) as owner:
        found: dict[str, list[Mutant]] = {}
        for mutant in all_of(owner, settings.service_role, migrated):
            found.setdefault(mutant.kind, []).append(mutant)
        yield found


def test_each_kind_of_mutant_changes_the_schema_and_leaves_it_as_it_was(
    mutants: dict[str, list[Mutant]], place: Servers, settings: Settings
) -> None:
    assert sorted(mutants) == sorted([*KINDS, "permit wider", "permit forgets the capability"])
    with engine(place.database_owner_url).connect() as connection:

        def facts() -> frozenset[str]:
            connection.rollback()
            found = schema.read(connection, settings.service_role)
            connection.rollback()
            return found

        whole = facts()
        for kind in KINDS:
            mutant = mutants[kind][len(mutants[kind]) // 2]
            mutant.do()
            assert len(facts() ^ whole) in (1, 2), mutant
            mutant.undo()
            assert facts() == whole, mutant


def test_a_permit_is_wider_for_as_long_as_it_is_a_mutant(mutants: dict[str, list[Mutant]], migrated: Flask) -> None:
    mutant = next(each for each in mutants["permit wider"] if each.name == "catalogue.catalogue")
    mutant.do()
    wider = permit_of(migrated, "catalogue.catalogue")
    mutant.undo()
    was = permit_of(migrated, "catalogue.catalogue")
    assert (wider and wider.who, was and was.who) == (Who.SIGNED_IN, Who.DRC)


def test_survivors_are_listed_and_fail(capsys: pytest.CaptureFixture[str]) -> None:
    judge = Judge(count=0, seed=1, minutes=1, behave=True)
    mutant = Mutant("policy dropped", "statements wall_read", lambda: None, lambda: None)
    judge.verdicts = [Verdict(mutant, "test_ownership.py::test_it", "")]
    assert say(judge) == 0
    judge.verdicts += [Verdict(mutant, "", "")]
    assert say(judge) == 1
    assert "SURVIVED: policy dropped: statements wall_read" in capsys.readouterr().out
    judge.verdicts = []
    assert say(judge) == 1, "nothing was tried"
