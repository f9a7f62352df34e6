"""The steps of the timetable by name, as a round does them."""

from __future__ import annotations

from service.features import FEATURES
from service.platform.rounds.operations import run

BY_NAME = {step.name: step for step in (*FEATURES.wakeups, *FEATURES.steps)}


def count(name: str) -> int:
    """Do a step that counts what it did, and return how much that was."""
    return sum(run(BY_NAME[name]))
