"""The steps of the timetable by name, as a round does them, and the months that it has told anew."""

from __future__ import annotations

from service.activity.activities import jobs
from service.features import FEATURES
from service.platform.rounds.operations import run

BY_NAME = {step.name: step for step in (*FEATURES.wakeups, *FEATURES.steps)}


def count(name: str) -> int:
    """Do a step that counts what it did, and return how much that was."""
    return sum(run(BY_NAME[name]))


def tell_months() -> int:
    """Ask for the months that something has come late to, and do that work, as a worker does. Returns how many were asked about."""
    count("months.tell")
    return sum(jobs.tell(*map(str, each.arguments)) for found in run(BY_NAME["ring.months"]) for each in found)
