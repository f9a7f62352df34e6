"""The attacker: given the answers that one municipality, or two neighbours, are given, which counts of 1 to 4 persons are certain?

He takes nothing from `disclosure`, `engine` or `worlds`: only what is answered (the API's own JSON), the calendar, and the rules that
the statement prints. His unknowns are the volunteers and participants of each session, and he asks for the least and the most that
each can be. Where both are the same number from 1 to 4, it is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import highspy

SMALL = range(1, 5)
MORE = 1  # that a star can stand for, for each session in parts: he knows the rule
MANY = 2000.0
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session as the calendar has it. `shared` is a name that two neighbours know it by, where it was for both of them."""

    activity_type: str
    minutes: int
    shared: str = ""
    name: str = ""  # that it is known by in later editions, as long as nothing came to it
    by_hand: bool = False  # its participants were counted by municipality, so that nobody knows the neighbour's part


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a municipality is told of a month: what the API answers, and its calendar."""

    code: str
    figures: Json
    calendar: Sequence[Meeting]


class Quiet(highspy.Highs):
    """A solver that prints no licence."""

    def enableCallbacks(self) -> None:  # noqa: N802 - as it is called there
        """What it does first."""
        self.silent()
        super().enableCallbacks()


@dataclass(slots=True)
class Puzzle:
    """Unknown whole numbers, and what is certain of them."""

    solver: Any = field(default_factory=Quiet)
    names: dict[str, Any] = field(default_factory=dict)

    def unknown(self, name: str, least: float = 0, most: float = MANY) -> Any:
        """One of them, which is the same whenever it is named again."""
        if name not in self.names:
            self.names[name] = self.solver.addIntegral(least, most)
        return self.names[name]

    def certain(self, fact: Any) -> None:
        """Something holds."""
        self.solver.addConstr(fact)

    def small(self, sought: Mapping[str, Any]) -> dict[str, int]:
        """Those that can be nothing but one number of 1 to 4: the least that each can be is also the most."""
        found = {}
        for name, what in sought.items():
            least = self._end(self.solver.minimize, what)
            if least in SMALL and self._end(self.solver.maximize, what) == least:
                found[name] = least
        return found

    def _end(self, ask: Callable[[Any], object], sought: Any) -> int:
        ask(sought)
        status = self.solver.getModelStatus()
        assert status == highspy.HighsModelStatus.kOptimal, status
        return round(self.solver.getObjectiveValue())


def total(parts: Iterable[Any]) -> Any:
    """A sum of unknowns."""
    return sum(parts, start=0.0)


COUNTS = (("attendances", "came to"), ("volunteer_attendances", "helped at"))


def told(readings: Sequence[Reading]) -> dict[str, int]:
    """The small counts that are certain to whoever holds these readings of one month together, by name."""
    puzzle = Puzzle()
    sought: dict[str, Any] = {}
    for reading in readings:
        sought |= dict(certain_of(puzzle, reading))
    neighbours(puzzle, readings)
    return puzzle.small(sought)


def certain_of(puzzle: Puzzle, reading: Reading) -> Iterator[tuple[str, Any]]:
    """What one municipality is told, written down; and what is asked for."""
    figures, numbers = reading.figures, count()
    by_type = {row["activity_type"]: row for row in figures["by_type"]}
    sessions: dict[str, list[tuple[Meeting, str]]] = defaultdict(list)
    for meeting in reading.calendar:
        number = meeting.shared or meeting.name or next(numbers)
        sessions[meeting.activity_type].append((meeting, f"{reading.code} {meeting.activity_type} {number}"))
    minutes: list[Any] = []
    for measure, verb in COUNTS:
        whole: dict[str, Any] = {}
        for kind, row in by_type.items():
            alike: dict[object, list[Any]] = defaultdict(list)
            for meeting, name in sessions[kind]:
                here = puzzle.unknown(f"{verb} {name}")
                alike[meeting.minutes, bool(meeting.shared)].append(here)
                if verb == "helped at":
                    minutes.append(_minutes(puzzle, meeting, name, here))
            whole[kind] = total(here for some in alike.values() for here in some)
            yield f"{reading.code}: {verb} {kind} in all", whole[kind]
            for which, some in alike.items():
                yield f"{reading.code}: {verb} {kind} {which}", total(some)
            if row[measure] is not None:
                puzzle.certain(whole[kind] == row[measure])
        everything = total(whole.values())
        yield f"{reading.code}: {verb} everything", everything
        if figures[measure] is not None:
            puzzle.certain(everything == figures[measure])
        _hidden(
            puzzle, reading, sessions, {kind: row[measure] for kind, row in by_type.items()}, whole, figures[measure]
        )
    if figures["volunteer_hours"] is not None:
        hours = 60 * figures["volunteer_hours"]
        odd = sum(bool(meeting.shared) for meeting in reading.calendar)  # a minute of each part may be the neighbour's
        puzzle.certain(total(minutes) >= hours - 30 - odd)
        puzzle.certain(total(minutes) <= hours + 29 + odd)
    yield from _who(puzzle, reading, by_type)


def _minutes(puzzle: Puzzle, meeting: Meeting, name: str, here: Any) -> Any:
    """The volunteers' minutes at a session; of one in equal parts, half of all that both have, whoever has the odd one."""
    if not meeting.shared:
        return meeting.minutes * here
    return meeting.minutes / 2 * puzzle.unknown(f"helped at all of {meeting.shared}")


def _hidden(
    puzzle: Puzzle,
    reading: Reading,
    sessions: Mapping[str, Sequence[tuple[Meeting, str]]],
    cells: Mapping[str, int | None],
    whole: Mapping[str, Any],
    shown_total: int | None,
) -> None:
    """What a star says to who knows the rules: at least one; where the total is hidden too, at most four."""
    for kind, cell in cells.items():
        if cell is not None:
            continue
        shared = [bool(meeting.shared) for meeting, _name in sessions[kind]]
        parts = len(shared) if all(shared) else 0
        # Only where nothing of the kind is kept back besides is it the rule that speaks.
        if any("attendances" in name for name in reading.figures["followed"]):
            continue
        if parts * MORE != 1:
            puzzle.certain(whole[kind] >= 1)
        if shown_total is None or any(shared):
            puzzle.certain(whole[kind] <= 4 + MORE * parts)


def _who(puzzle: Puzzle, reading: Reading, by_type: Mapping[str, Json]) -> Iterator[tuple[str, Any]]:
    """Who came, of the types whose attendances are shown: adults and children are all of them, women, men and the new some."""
    who = reading.figures["who"]
    shown = [row["attendances"] for row in by_type.values() if row["attendances"] is not None]
    if "adults" not in who or not shown:
        return
    people = {name: puzzle.unknown(f"{reading.code} who {name}") for name in who}
    for name, value in who.items():
        if value is not None:
            puzzle.certain(people[name] == value)
        yield f"{reading.code}: {name}", people[name]
    puzzle.certain(people["adults"] + people["children"] == sum(shown))
    before = puzzle.unknown(f"{reading.code} who had come before")
    puzzle.certain(before + people["new_faces"] == sum(shown))
    yield f"{reading.code}: had come before", before
    if "women" in who:
        unasked = puzzle.unknown(f"{reading.code} who nobody asked")
        puzzle.certain(people["women"] + people["men"] + unasked == people["adults"])
        yield f"{reading.code}: nobody asked", unasked


def neighbours(puzzle: Puzzle, readings: Sequence[Reading]) -> None:
    """Of a session in equal parts the first by code has as many as the other, or one more."""
    shared: dict[str, list[tuple[str, Meeting]]] = defaultdict(list)
    for reading in readings:
        for meeting in reading.calendar:
            if meeting.shared:
                shared[meeting.shared].append((reading.code, meeting))
    for name, both in shared.items():
        for _measure, verb in COUNTS:
            parts = [
                puzzle.unknown(f"{verb} {code} {each.activity_type} {name}")
                for code, each in sorted(both, key=lambda pair: pair[0])
            ]
            if verb == "helped at":
                everybody = puzzle.unknown(f"helped at all of {name}")
                if len(parts) == 1:  # the other's is not at hand: it is half, rounded up or down
                    puzzle.certain(2 * parts[0] >= everybody - 1)
                    puzzle.certain(2 * parts[0] <= everybody + 1)
                else:
                    puzzle.certain(parts[0] + parts[1] == everybody)
            if len(parts) == 2 and not (both[0][1].by_hand and verb == "came to"):
                puzzle.certain(parts[0] - parts[1] >= 0)
                puzzle.certain(parts[0] - parts[1] <= 1)
