"""Mutants that do the same as the code, each with why: nothing can notice them.

Everything else is noticed by a test, or the code is made simpler.
"""

from __future__ import annotations

from tests.mutants.code.making import Mutant

# By file, what the line was, and what it becomes.
EQUIVALENT: dict[tuple[str, str, str], str] = {}


def others(mutants: list[Mutant]) -> list[Mutant]:
    """Those that a test can notice."""
    return [mutant for mutant in mutants if mutant.key not in EQUIVALENT]
