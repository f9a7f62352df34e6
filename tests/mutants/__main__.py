"""`python -m tests.mutants`: take the walls apart, one part at a time, and see whether the tests of the walls notice.

COUNT mutants (50; 0: all there are), a sample that SEED (1) decides, within MINUTES (30); KIND="policy" for those of a kind alone;
BEHAVIOUR=no asks the catalogue alone, a second for each. Ends with 1 where a mutant survived, and lists those.
"""

from __future__ import annotations

import os
import sys
from collections import Counter

import pytest

from tests.mutants import judge as judging
from tests.mutants.judge import Judge

CATALOGUE = (
    "tests/walls/test_ownership.py",
    "tests/walls/test_routes.py::test_every_route_has_the_permit_that_the_table_says",
)
# Those that are quick, which is most: the crawls of all pages, and the thousands of steps of shares, notice no more in ten minutes.
BEHAVIOUR = (
    "tests/walls/test_reach.py",
    "tests/walls/test_writers.py",
    "tests/walls/test_passes.py",
    "tests/walls/test_factors.py",
    "tests/network/shares/test_steps.py",
    "tests/platform/ledger/test_chain.py",
    "tests/activity/checkins/test_municipalities.py",
    "tests/walls/test_volunteers.py::test_sql_of_a_municipality_a_link_or_nobody_finds_no_row",
    "tests/walls/test_routes.py::test_nobody_enters_where_their_role_is_not_enough",
    "tests/walls/test_neighbour.py::test_a_visitor_reads_of_no_municipality",
    "tests/walls/test_neighbour.py::test_lists_are_not_narrowed_to_the_neighbour",
)
# /readyz compares the whole schema: what asks it notices everything, and is no attacker.
AND_NOT = ("--deselect", "tests/walls/test_passes.py::test_a_door_left_open_is_told_and_closed")
PLAIN = ("-p", "no:terminal", "-n", "0", "-o", "addopts=--import-mode=importlib -p no:valkey")


def say(judge: Judge) -> int:
    """Print the summary. Returns the exit status."""
    tried = Counter(verdict.mutant.kind for verdict in judge.verdicts)
    catalogue = Counter(verdict.mutant.kind for verdict in judge.verdicts if verdict.catalogue)
    behaviour = Counter(verdict.mutant.kind for verdict in judge.verdicts if verdict.behaviour)
    print(f"\n{len(judge.verdicts)} of {judge.there_are} mutants (SEED={judge.seed})\n")
    print(f"  {'':28} {'tried':>6} {'noticed by the catalogue':>26} {'by behaviour':>14}")
    for kind in sorted(tried):
        seen = f"{behaviour[kind]:14}" if judge.behave else f"{'not asked':>14}"
        print(f"  {kind:28} {tried[kind]:6} {catalogue[kind]:26} {seen}")
    unseen = [each.mutant for each in judge.verdicts if each.catalogue and each.behaviour == ""]
    print(f"\nthe catalogue alone noticed {len(unseen)}:" if unseen else "")
    for mutant in unseen:
        print(f"  {mutant.kind}: {mutant.name}")
    survivors = [each.mutant for each in judge.verdicts if not each.catalogue and not each.behaviour]
    for mutant in survivors:
        print(f"SURVIVED: {mutant.kind}: {mutant.name}")
    if judge.broken:
        print(f"{judge.why}\nWRONG: without any mutant, {judge.broken} fails")
    good = judge.verdicts and not survivors and not judge.broken
    print("ok" if good else "FAIL")
    return 0 if good else 1


def main() -> int:
    """All of it."""
    env = os.environ
    judge = Judge(
        count=int(env.get("COUNT") or 50),
        seed=int(env.get("SEED") or 1),
        minutes=float(env.get("MINUTES") or 30),
        behave=env.get("BEHAVIOUR") != "no",
        kinds=env.get("KIND", ""),
    )
    pytest.main([*PLAIN, *AND_NOT, *CATALOGUE, *(BEHAVIOUR if judge.behave else ())], plugins=[judge, judging])
    return say(judge)


if __name__ == "__main__":
    sys.exit(main())
