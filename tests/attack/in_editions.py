"""The attacker again, who has kept what was told of a month before: which counts, and which changes, of 1 to 4 persons are certain?

He knows which sessions were changed, added and taken away, and that nothing came to the others. What has moved is as it is by then;
what has not may be as it was told, and says nothing new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tests.attack.attacker import COUNTS, Puzzle, Reading, certain_of, neighbours, total

Sums = dict[str, Any]


def told(times: Sequence[Sequence[Reading]]) -> dict[str, int]:
    """What is certain to whoever holds these readings of one month, one or two of each time."""
    puzzle, sought = Puzzle(), dict[str, Any]()
    former: list[Sums] = []
    for number, readings in enumerate(times):
        sums: list[Sums] = []
        for place, reading in enumerate(readings):
            if number == 0:
                first = dict(certain_of(puzzle, reading))
                sought |= first
                sums.append({name: what for name, what in first.items() if name.endswith(" in all")})
            else:
                sums.append(dict(_moved(puzzle, times[number - 1][place], reading, former[place], number)))
                sought |= {f"{name}, told {number}": what for name, what in sums[-1].items()}
                for name, what in sums[-1].items():
                    for sign, way in ((1.0, "more"), (-1.0, "fewer")):
                        sought[f"{name}, {way} in {number}"] = sign * what - sign * former[place][name]
        neighbours(puzzle, readings)
        former = sums
    return puzzle.small(sought)


def _moved(puzzle: Puzzle, before: Reading, reading: Reading, former: Sums, number: int) -> Iterator[tuple[str, Any]]:
    """The counts of each type as they are told by now, written down."""
    code = reading.code
    was = {row["activity_type"]: row for row in before.figures["by_type"]}
    now = {row["activity_type"]: row for row in reading.figures["by_type"]}
    for measure, verb in COUNTS:
        sums = {}
        for kind, row in now.items():
            name = f"{code}: {verb} {kind} in all"
            former.setdefault(name, 0.0 * puzzle.unknown("nothing", 0, 0))
            sums[name] = told_now = puzzle.unknown(f"{name} {number}")
            if row[measure] is None:
                continue
            puzzle.certain(told_now == row[measure])
            if row[measure] != (was[kind][measure] if kind in was else 0):
                there = [each for each in reading.calendar if each.activity_type == kind]
                puzzle.certain(total(_at(puzzle, code, verb, each) for each in there) == row[measure])
        if reading.figures[measure] is not None and sums:
            puzzle.certain(total(sums.values()) == reading.figures[measure])
        yield from sums.items()
    hours = reading.figures["volunteer_hours"]
    if hours is not None and hours != before.figures["volunteer_hours"]:
        told_types = [each for each in reading.calendar if each.activity_type in now]
        minutes = total(_minutes(puzzle, code, each) for each in told_types)
        odd = sum(bool(each.shared) for each in told_types)
        puzzle.certain(minutes >= 60 * hours - 30 - odd)
        puzzle.certain(minutes <= 60 * hours + 29 + odd)


def _at(puzzle: Puzzle, code: str, verb: str, meeting: Any) -> Any:
    return puzzle.unknown(f"{verb} {code} {meeting.activity_type} {meeting.shared or meeting.name}")


def _minutes(puzzle: Puzzle, code: str, meeting: Any) -> Any:
    if not meeting.shared:
        return meeting.minutes * _at(puzzle, code, "helped at", meeting)
    return meeting.minutes / 2 * puzzle.unknown(f"helped at all of {meeting.shared}")
