"""Random shares, consents, scopes and days: what each reader gets by page, API and raw SQL is what a plain model says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from config.embedded import Servers
from service.network.shares import models, queries
from tenants import models as tenants
from tests.network.shares.stage import ASPECTS, CODES, EVERYTHING, GROUPS, Stage
from tests.support.world import HERE, THERE, World

PRESENCE, NETWORKS = models.SIGHT
NEIGHBOURS = next(text for text in models.NEIGHBOURS if text.startswith("CREATE FUNCTION"))
EXAMPLES, STEPS = 30, 75
WAYS_EVERY = 30  # steps: the pages are compared so often, raw SQL at each step

codes, groups, shows = st.sampled_from(CODES), st.sampled_from(GROUPS), st.sets(st.sampled_from(ASPECTS))
everything = st.just(EVERYTHING)
agreements = everything | everything | st.none() | st.sets(st.sampled_from(sorted(EVERYTHING)))
numbers = st.integers(0, 999)  # of a share, counted on from the first again


class Sharing(RuleBasedStateMachine):
    """Shares that go random ways. `met` counts what has been compared, so that a test can tell that it was worth it."""

    stage: ClassVar[Stage]
    met: ClassVar[Counter[str]]

    @initialize()
    def begin(self) -> None:
        self.stage.begin()
        self.steps = 0

    def _one(self, number: int) -> int:
        return number % len(self.stage.ids)

    @rule(
        code=codes, group=st.none() | groups, shows=shows, first=st.integers(-3, 3), days=st.none() | st.integers(1, 4)
    )
    def offer(self, code: str, group: str | None, shows: set[str], first: int, days: int | None) -> None:
        self.stage.offer(code, group, shows, first, days)

    @rule(
        whom=st.sampled_from([(HERE,), (THERE,), CODES]),
        group=groups,
        by_network=st.booleans(),
        shows=shows,
        tells=st.sampled_from([True, True, False]),
    )
    def share(self, whom: tuple[str, ...], group: str, by_network: bool, shows: set[str], tells: bool) -> None:
        """The whole way at once: without it little would ever be in sight."""
        for code in whom:
            number = self.stage.offer(code, None if by_network else group, ASPECTS)
            if number >= 0:
                self.stage.consent(number, group, shows)
                self.stage.answer(number, tells=tells)

    @precondition(lambda self: self.stage.ids)
    @rule(number=numbers, group=groups, shows=shows)
    def consent(self, number: int, group: str, shows: set[str]) -> None:
        self.stage.consent(self._one(number), group, shows)

    @precondition(lambda self: self.stage.ids)
    @rule(number=numbers, group=groups)
    def withdraw(self, number: int, group: str) -> None:
        self.stage.withdraw(self._one(number), group)

    @precondition(lambda self: self.stage.ids)
    @rule(number=numbers, accepts=st.booleans(), tells=st.booleans())
    def answer(self, number: int, accepts: bool, tells: bool) -> None:
        self.stage.answer(self._one(number), accepts, tells)

    @precondition(lambda self: self.stage.ids)
    @rule(number=numbers, tells=st.booleans())
    def tell(self, number: int, tells: bool) -> None:
        self.stage.tell(self._one(number), tells)

    @precondition(lambda self: self.stage.ids)
    @rule(number=numbers, days=st.integers(0, 2))
    def end(self, number: int, days: int) -> None:
        self.stage.end(self._one(number), days)

    @rule(code=codes, opens=agreements)
    def agree(self, code: str, opens: set[str] | None) -> None:
        self.stage.agree(code, opens)

    @rule(group=groups)
    def leave(self, group: str) -> None:
        self.stage.leave(group)

    @rule()
    def a_day_passes(self) -> None:
        self.stage.a_day_passes()

    @invariant()
    def everyone_gets_what_the_model_says(self) -> None:
        self.steps += 1
        self.met["steps"] += 1
        self.stage.compare_raw(*CODES)
        for number, code in enumerate(CODES):
            if self.steps % WAYS_EVERY == number:
                self.stage.compare_ways(code)
                self.met["ways"] += 1
            seen = self.stage.model.sees(code)
            self.met["groups"] += bool(seen)
            self.met["networks"] += self.stage.model.sees_the_network(code)
            self.met["neighbours"] += any(self.stage.model.neighbours(code, name) for name in GROUPS)
            for aspect in ASPECTS:
                self.met[aspect] += any(aspect in shown for shown in seen.values())


@pytest.fixture
def stage(app: Flask, world: World, place: Servers) -> Iterator[Stage]:
    found = Stage(app, world, place)
    yield found
    found.raw.close()


def test_everyone_sees_what_the_model_says(stage: Stage) -> None:
    met: Counter[str] = Counter()
    made = type("Sharing", (Sharing,), {"stage": stage, "met": met})
    run_state_machine_as_test(
        made,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            derandomize=True,  # the same ways each time: what is met is counted below, and chance must not decide it
            phases=[Phase.generate],  # a difference is told at once: to make its way shorter would take minutes
        ),
    )
    assert met["steps"] > 1500  # of some 2200
    for what in ("groups", "networks", "neighbours", "ways", *ASPECTS):
        assert met[what] > 100, f"{what}: seen too seldom for the comparison to mean much: {met}"


def _accepted(
    stage: Stage, code: str = HERE, group: str | None = "Alfa", *, tells: bool = False, days: int | None = None
) -> int:
    number = stage.offer(code, group, first=-3, days=days)
    stage.consent(number, "Alfa")
    stage.answer(number, tells=tells)
    return number


def _declined(stage: Stage) -> None:
    stage.consent(stage.offer(HERE, "Alfa"), "Alfa")
    stage.answer(0, accepts=False)


def _over(stage: Stage) -> None:
    _accepted(stage, days=2)


def _ahead(stage: Stage) -> None:
    stage.consent(stage.offer(HERE, "Alfa", first=2), "Alfa")
    stage.answer(0)


def _withdrawn(stage: Stage) -> None:
    stage.withdraw(_accepted(stage), "Alfa")


def _opens(*opens: str) -> Callable[[Stage], None]:
    def way(stage: Stage) -> None:
        _accepted(stage)
        stage.agree(HERE, opens)

    return way


def _agreement_over(stage: Stage) -> None:
    _accepted(stage)
    stage.agree(HERE, None)


def _of_another(stage: Stage) -> None:
    _accepted(stage, THERE)


def _presence_alone(stage: Stage) -> None:
    stage.consent(stage.offer(HERE, "Alfa"), "Alfa", ())
    stage.answer(0)


def _network_offered(stage: Stage) -> None:
    stage.offer(HERE, None)


def _network_over(stage: Stage) -> None:
    stage.answer(stage.offer(HERE, None, first=-3, days=2))


def _one_tells(stage: Stage) -> None:
    _accepted(stage, HERE, tells=True)
    _accepted(stage, THERE)


def _the_other_tells(stage: Stage) -> None:
    _accepted(stage, HERE)
    _accepted(stage, THERE, tells=True)


def _neighbour_over(stage: Stage) -> None:
    _accepted(stage, HERE, tells=True)
    _accepted(stage, THERE, tells=True, days=2)


def _neighbour_takes_back(stage: Stage) -> None:
    _accepted(stage, HERE, tells=True)
    stage.withdraw(_accepted(stage, THERE, tells=True), "Alfa")


def _neighbour_without_agreement(stage: Stage) -> None:
    for code in CODES:
        _accepted(stage, code, tells=True)
    stage.agree(THERE, None)


OPENS = "p.scope->'capabilities' ?| ARRAY['network', 'all_groups']"
SHARE_DAYS = "sh.valid_from <= app.today() AND (sh.valid_to IS NULL OR sh.valid_to > app.today())"
SIGHT_DAYS = SHARE_DAYS.replace("sh.", "s.")
AGREED = "p.valid_from <= app.today() AND p.valid_to > app.today()"
TELLERS = "EXISTS (SELECT FROM told WHERE municipality_code = ANY ((SELECT app.reach())::text[]))"


HOLES: list[tuple[str, tuple[str, ...], str, Callable[[Stage], None]]] = [
    (PRESENCE, ("sh.state = 'accepted'",), "true", _declined),
    (PRESENCE, ("sh.valid_to > app.today()",), "true", _over),
    (PRESENCE, ("sh.valid_from <= app.today()", "s.valid_from <= app.today()"), "true", _ahead),
    (PRESENCE, (SIGHT_DAYS,), "true", _withdrawn),
    (PRESENCE, (OPENS,), "true", _opens("figures")),
    (PRESENCE, (AGREED,), "true", _agreement_over),
    (PRESENCE, ("ELSE aspect = ANY (s.shows)",), "ELSE true", _presence_alone),
    (PRESENCE, ("AND p.scope->'capabilities' ? 'figures'",), "", _opens("network")),
    (PRESENCE, ("AND p.scope->'capabilities' ?| ARRAY['offers_across', 'capacity']",), "", _opens("network")),
    (NETWORKS, ("sh.state = 'accepted'",), "true", _network_offered),
    (NETWORKS, (SHARE_DAYS,), "true", _network_over),
    (NEIGHBOURS, (TELLERS,), "true", _the_other_tells),
    (NEIGHBOURS, ("sh.tells_neighbours",), "true", _one_tells),
    (NEIGHBOURS, (SHARE_DAYS,), "true", _neighbour_over),
    (NEIGHBOURS, (SIGHT_DAYS,), "true", _neighbour_takes_back),
    (NEIGHBOURS, (AGREED,), "true", _neighbour_without_agreement),
]


def test_the_control_every_hole_in_the_wall_is_told(stage: Stage, place: Servers) -> None:
    """The function that decides gives way to one that forgets a condition; the way to where that matters is short."""
    for function, conditions, instead, way in HOLES:
        stage.begin()
        way(stage)
        stage.compare_raw(*CODES)
        holed = function
        for condition in conditions:
            assert condition in holed
            holed = holed.replace(condition, instead)
        with _in_place_of(place, function, holed), pytest.raises(AssertionError):
            stage.compare_raw(HERE)


def test_the_control_a_hole_is_told_by_the_api_too(stage: Stage, place: Servers) -> None:
    _declined(stage)
    stage.compare_ways(HERE)
    holed = PRESENCE.replace("sh.state = 'accepted'", "true")
    with _in_place_of(place, PRESENCE, holed), pytest.raises(AssertionError):
        stage.compare_ways(HERE)


def test_the_control_a_page_or_table_that_is_wrong_is_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    _accepted(stage)
    stage.compare_ways(HERE)
    monkeypatch.setattr(queries, "who_sees", lambda *_asked: [])
    with pytest.raises(AssertionError, match="None"):
        stage.compare_ways(HERE)
    monkeypatch.setattr(queries, "in_sight", lambda *_asked: {})
    with pytest.raises(AssertionError, match="</a>"):
        stage.compare_ways(HERE)


@contextmanager
def _in_place_of(place: Servers, right: str, wrong: str) -> Iterator[None]:
    """One function of the database in place of another for a while."""
    assert wrong != right
    with psycopg.connect(place.database_owner_url, autocommit=True) as owner:
        owner.execute("SET check_function_bodies = off")
        try:
            owner.execute(wrong.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1).encode())
            yield
        finally:
            owner.execute(right.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1).encode())


def test_the_functions_in_the_database_are_those_of_the_models(app: Flask, place: Servers) -> None:
    """What a migration has put there and what the code says are the same text."""
    with psycopg.connect(place.database_owner_url) as owner:
        for text in (PRESENCE, NETWORKS, NEIGHBOURS, models.STEPS[0], tenants.STEPS[0]):
            found = re.match(r"CREATE FUNCTION app\.(\w+)\(.*\$\$(.*)\$\$", text, re.DOTALL)
            assert found
            row = owner.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [found[1]]).fetchone()
            assert row is not None
            assert row[0].split() == found[2].split(), found[1]
