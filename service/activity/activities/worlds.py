"""Whether counts are told by what is known of them: is there another world that looks the same, in which each is another one?

Whole numbers in and out. The solver is HiGHS, with one thread and one seed: the same question has the same answer on every machine.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SECONDS = 20.0  # for one look at other worlds; they take hundredths of one


class Undecided(RuntimeError):
    """It was not found out: the solver took too long, or what is known cannot be."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What somebody knows: counts, each times a factor, sum to a number from `least` to `most`."""

    factors: Mapping[str, int]
    least: int
    most: int


def equal(factors: Mapping[str, int], number: int = 0) -> Fact:
    """That they sum to just that."""
    return Fact(factors, number, number)


def possible(names: Collection[str], known: Sequence[Fact], signed: Collection[str] = ()) -> Mapping[str, int] | None:
    """A world in which all that is known holds, where how it really is need not be known; None where there is none, or none is found."""
    import highspy

    most = 2 * max((abs(end) for fact in known for end in (fact.least, fact.most)), default=0) + 60
    solver, numbers = _solver(), {name: number for number, name in enumerate(names)}
    for name in numbers:
        solver.addIntegral(-most if name in signed else 0, most)
    for fact in known:
        columns = [numbers[name] for name in fact.factors]
        solver.addRow(fact.least, fact.most, len(columns), columns, [float(each) for each in fact.factors.values()])
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    values = solver.getSolution().col_value
    return {name: round(values[number]) for name, number in numbers.items()}


def pinned(
    counts: Mapping[str, int], known: Sequence[Fact], wanted: Collection[str], signed: Collection[str] = ()
) -> frozenset[str]:
    """Those of the `wanted` counts that are the same in every world in which all that is known holds.

    `counts` is the world as it is; none is ever below 0 but those that are `signed`. Each look asks for the world in which most of
    what is still wanted is another number; when there is none left in which any is, those are pinned. Raises Undecided, also where
    something does not hold in this world.
    """
    for fact in known:
        if not fact.least <= sum(factor * counts[name] for name, factor in fact.factors.items()) <= fact.most:
            raise Undecided(f"what is known does not hold: {fact}")
    left = frozenset(wanted)
    while left:
        other = _other_world(counts, known, sorted(left), signed)
        found = {name for name in left if other[name] != counts[name]}
        if not found:
            break
        left -= found
    return left


def _solver() -> Any:
    import highspy  # with numpy, which it wants: never in the web, and only when a month is closed or told anew

    class Quiet(highspy.Highs):
        """One that says nothing of itself: what it does first, before anybody could ask for silence, is to print its licence."""

        def enableCallbacks(self) -> None:  # noqa: N802 - as it is called there
            self.silent()
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    solver = Quiet()  # type: ignore[no-untyped-call]
    for option, value in (("threads", 1), ("random_seed", 1), ("time_limit", SECONDS)):
        solver.setOptionValue(option, value)
    for option in ("mip_rel_gap", "mip_abs_gap"):
        solver.setOptionValue(option, 0.0)
    return solver


def _other_world(
    counts: Mapping[str, int], known: Sequence[Fact], wanted: Sequence[str], signed: Collection[str]
) -> Mapping[str, int]:
    """The world in which most of the `wanted` counts are others than they are."""
    import highspy

    solver = _solver()
    names = {name: number for number, name in enumerate(counts)}
    # More than twice as many as there are need not be tried: who finds no other world among these keeps back more, never less.
    highs = {name: 2 * abs(count) + 60 for name, count in counts.items()}
    lows = {name: -high if name in signed else 0 for name, high in highs.items()}
    for name in names:
        solver.addIntegral(lows[name], highs[name])
    for fact in known:
        columns = [names[name] for name in fact.factors]
        solver.addRow(fact.least, fact.most, len(columns), columns, [float(each) for each in fact.factors.values()])
    for name in wanted:
        low, high, count, column = lows[name], highs[name], counts[name], names[name]
        more, fewer = solver.addBinary(1.0).index, solver.addBinary(1.0).index
        solver.addRow(low, highspy.kHighsInf, 2, [column, more], [1.0, float(low - count - 1)])
        solver.addRow(-highspy.kHighsInf, high, 2, [column, fewer], [1.0, float(high - count + 1)])
        solver.addRow(0, 1, 2, [more, fewer], [1.0, 1.0])
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise Undecided(solver.modelStatusToString(solver.getModelStatus()))
    values = solver.getSolution().col_value
    return {name: round(values[number]) for name, number in names.items()}
