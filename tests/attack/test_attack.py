"""A few months as chance has them are attacked here, thousands by `make attack`. With each rule loosened the attacker finds one."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from random import Random

import pytest

from service.activity.activities import anew, disclosure, engine
from service.activity.activities.disclosure import Shown
from service.activity.activities.rules import Counts
from service.reporting.declarations import rules as declarations
from service.reporting.recruitment import program
from tests.attack import attacker, chance, in_editions, of_volunteers

SEEDS = range(int(os.environ.get("WORLDS", "2")))


def told(seed: int) -> dict[str, int]:
    """What is told of a month by one municipality, the other, and both together."""
    both = chance.readings(Random(seed))  # noqa: S311 - to be had again
    return {name: count for some in ([both[0]], [both[1]], both) for name, count in attacker.told(some).items()}


def told_of_volunteers(seed: int) -> dict[str, int]:
    """What is told of thirteen months of volunteers, of twelve together at the end of each, and by declarations."""
    return of_volunteers.told(*chance.volunteers(Random(seed)))  # noqa: S311 - to be had again


def told_in_editions(seed: int) -> dict[str, int]:
    """The same of a month that is told anew as something comes late to it, and of each time that it was told."""
    times = chance.editions(Random(seed))  # noqa: S311 - to be had again
    both = [[[here] for here, _there in times], [[there] for _here, there in times], times]
    return {name: count for some in both for name, count in in_editions.told(some).items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_attacker_is_certain_of_no_small_count(seed: int) -> None:
    assert told(seed) == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_nor_of_one_in_what_was_told_before_and_is_told_now(seed: int) -> None:
    assert told_in_editions(seed) == {}


@pytest.mark.parametrize("seed", SEEDS[1:])
def test_nor_of_volunteers(seed: int) -> None:
    assert told_of_volunteers(seed) == {}


Loosened = Callable[[pytest.MonkeyPatch], None]


def only_the_small_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """The least of the others is shown beside a small count."""

    def naive(cells: Mapping[str, int], _parts: object = None) -> Shown:
        return Shown({name: None if 0 < count < 5 else count for name, count in cells.items()}, sum(cells.values()))

    monkeypatch.setattr(disclosure, "disclose", naive)
    no_other_worlds(monkeypatch)


def parts_like_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of a session tells nothing of the neighbour's: that is the rule that he knows."""
    monkeypatch.setattr(attacker, "MORE", 0)
    monkeypatch.setattr(disclosure, "_near_few", lambda _count, _sessions: False)
    no_other_worlds(monkeypatch)


def hours_whatever_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours stand beside volunteers that are kept back."""
    monkeypatch.setattr(
        disclosure, "hours", lambda rows, _shown: (sum(row.volunteer_minutes for row in rows) + 30) // 60
    )
    no_other_worlds(monkeypatch)


def no_other_worlds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks once more."""
    monkeypatch.setattr(engine, "kept_back", lambda *_asked: [])


def without_the_neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks what two know together."""
    kept_back = engine.kept_back
    monkeypatch.setattr(engine, "kept_back", lambda held, before, _neighbours: kept_back(held, before))


def numbers_whatever_is_read_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A declaration does not look at recruitment."""
    monkeypatch.setattr(declarations, "unnumbered", lambda *_asked: frozenset())


def small_parts_of_who_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """Adults and children are each by themselves."""
    monkeypatch.setattr(
        disclosure,
        "_together",
        lambda named, _follow=(), _may=True: {name: None if 0 < n < 5 else n for name, n in named.items()},
    )


@pytest.mark.parametrize(
    ("loosened", "seed"),
    [
        (only_the_small_ones, 0),
        (hours_whatever_is_hidden, 1),
        (no_other_worlds, 16),
        (without_the_neighbour, 16),
        (small_parts_of_who_came, 44),
    ],
)
def test_control_with_a_rule_loosened_he_is(monkeypatch: pytest.MonkeyPatch, loosened: Loosened, seed: int) -> None:
    """Each in a month that was found by trying one after the other: it took up to 45, and the seeds are those it took."""
    loosened(monkeypatch)
    assert told(seed)


def test_control_what_is_told_at_once_he_is_certain_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anew, "retold", lambda _told, now: list(now))
    monkeypatch.setattr(engine, "may_stand_beside", lambda *_asked: True)
    assert told_in_editions(2)


def sums_whatever_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks what follows from the twelve months and those of the month before."""
    monkeypatch.setattr(program, "tells", lambda _every: False)


@pytest.mark.parametrize(("loosened", "seed"), [(sums_whatever_was_told, 0), (numbers_whatever_is_read_beside, 1)])
def test_control_with_a_rule_of_volunteers_loosened(
    monkeypatch: pytest.MonkeyPatch, loosened: Loosened, seed: int
) -> None:
    loosened(monkeypatch)
    assert told_of_volunteers(seed)


def test_control_nine_in_equal_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """One has 5 and the other, which had nothing else, keeps 4 back: so both together know."""
    nine = chance.Session("language_cafe", 120, Counts(12, 1440, 5, 4), (chance.HERE, chance.THERE), None, "nine")
    alone = chance.Session("mentor", 60, Counts(6, 360, 9), (chance.HERE,), None, "alone")
    monkeypatch.setattr(chance, "sessions", lambda _luck: [nine, alone])
    assert told(1) == {}
    parts_like_others(monkeypatch)
    assert 4 in told(1).values()
