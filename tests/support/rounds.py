"""The steps of the timetable by name, as a round does them."""

from __future__ import annotations

from service.rounds.operations import run
from service.timetable import RINGS, STEPS

BY_NAME = {step.name: step for step in (*RINGS, *STEPS)}


def count(name: str) -> int:
    """Do a step that counts what it did, and return how much that was."""
    return sum(run(BY_NAME[name]))
