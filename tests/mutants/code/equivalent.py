"""Mutants that do the same as the code, each with why: nothing can notice them.

Everything else is noticed by a test, or the code is made simpler.
"""

from __future__ import annotations

from tests.mutants.code.making import Mutant

# By file, what the line was, and what it becomes.
EQUIVALENT = {
    (
        "service/reporting/declarations/rules.py",
        "return min(max((today - asked).days, 0) // REMIND_DAYS, MOST_REMINDERS)",
        "return min(max((today - asked).days, 1) // REMIND_DAYS, MOST_REMINDERS)",
    ): "of a whole number of fourteen days neither no day nor one is any",
}


def others(mutants: list[Mutant]) -> list[Mutant]:
    """Those that a test can notice."""
    return [mutant for mutant in mutants if mutant.key not in EQUIVALENT]
