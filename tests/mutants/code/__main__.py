"""`python -m tests.mutants.code`: change the code, one thing at a time, and see whether its tests notice.

All mutants of the rules, each by the pure tests of its folder; then a sample of what stands on a database, by the tests of its
folder that enter the function. COUNT mutants of the sample (60; 0: all there are), which SEED (1) decides, within MINUTES (60);
ONLY="needs/rules.py" for the files whose path holds that. Ends with 1 where a mutant of the rules survived.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from tests.mutants.code import rules
from tests.mutants.code.equivalent import others
from tests.mutants.code.making import ROOT, Mutant, mutants_of
from tests.mutants.code.rules import Outcome

SAMPLED = ("operations.py", "faults.py", "queries.py", "api.py")
SHAPES = str(ROOT / "tests/api/test_shapes.py")
A_FOLDER = 15  # mutants of the sample: the tests of each folder have to run once as they are
PLAIN = (
    "-p",
    "no:terminal",
    "-n",
    "0",
    "-o",
    "timeout=0",
    "-o",
    "addopts=--import-mode=importlib -p no:valkey -p no:anyio -p no:schemathesis",
)
LOADED = ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # hypothesis, by the tests of rules

Judged = list[tuple[Mutant, Outcome]]


def asked_for(files: list[str]) -> list[str]:
    """Those of the files that ONLY lets through."""
    return [file for file in files if os.environ.get("ONLY", "") in file]


def sampled() -> list[str]:
    """The files of which a sample is tried, from the root."""
    paths = (path for path in (ROOT / "service").rglob("*.py") if path.name in SAMPLED)
    return asked_for(sorted(str(path.relative_to(ROOT)) for path in paths))


def judged_rules(end: float) -> Iterator[tuple[Mutant, Outcome]]:
    """All mutants of the rules."""
    for file in asked_for(rules.files_of_rules()):
        took = rules.unharmed(file)
        if took is None:
            print(f"WRONG: without any mutant, the tests of {file} fail")
            yield Mutant(file, "as it is", 0, (), (), ""), Outcome.SURVIVED
            continue
        mutants = others(mutants_of(file))
        found = list(rules.judge(takewhile(lambda _each: time.monotonic() < end, mutants), took, os.cpu_count() or 1))
        survived = sum(outcome is Outcome.SURVIVED for _mutant, outcome in found)
        print(f"  {file:40} {len(found):5} of {len(mutants):5}   survived {survived}", flush=True)
        yield from found


def sample(count: int, seed: int) -> list[Mutant]:
    """Mutants of what stands on a database: some of a folder, then of another, until there are enough."""
    chance = random.Random(seed)  # noqa: S311 - a sample
    folders = sorted({str(Path(file).parent) for file in sampled()})
    chance.shuffle(folders)
    found: list[Mutant] = []
    for folder in folders:
        of_folder = [mutant for file in sampled() if str(Path(file).parent) == folder for mutant in mutants_of(file)]
        mutants = [mutant for mutant in others(of_folder) if mutant.function and tests_of(mutant)]
        some = mutants if not count else chance.sample(mutants, min(A_FOLDER, len(mutants), count - len(found)))
        found += some
    return found


def tests_of(mutant: Mutant) -> list[str]:
    """The tests of its folder; and those of what programs read, where it is of the API."""
    folder = ROOT / str(Path(mutant.file).parent).replace("service", "tests", 1)
    of_programs = [SHAPES] if mutant.file.endswith("/api.py") else []
    return [*([str(folder)] if folder.is_dir() else []), *of_programs]


def judged_sample(mutants: list[Mutant], seed: int, minutes: float) -> tuple[Judged, str]:
    """The outcomes of the sample; and what failed without a mutant."""
    import pytest

    from tests.mutants.code.within import Judge

    judge = Judge(count=0, seed=seed, minutes=minutes, mutants=mutants)
    pytest.main([*PLAIN, *LOADED, *sorted({path for mutant in mutants for path in tests_of(mutant)})], plugins=[judge])
    return [(each.mutant, each.outcome) for each in judge.verdicts], judge.broken and f"{judge.why}\n{judge.broken}"


def say(judged: Judged) -> int:
    """Print the table and the survivors. Returns the exit status."""
    by_file: dict[str, Counter[Outcome]] = {}
    for mutant, outcome in judged:
        by_file.setdefault(mutant.file, Counter())[outcome] += 1
    print(f"\n  {'':40} {'mutants':>8}" + "".join(f"{outcome:>11}" for outcome in Outcome))
    for file, counted in sorted(by_file.items()):
        print(f"  {file:40} {counted.total():8}" + "".join(f"{counted[outcome]:11}" for outcome in Outcome))
    survivors = [mutant for mutant, outcome in judged if outcome is Outcome.SURVIVED]
    for mutant in sorted(survivors, key=lambda mutant: (mutant.file, mutant.line)):
        print(f"SURVIVED: {mutant.diff}")
    good = judged and not any(mutant.file in rules.files_of_rules() for mutant in survivors)
    print("ok" if good else "FAIL")
    return 0 if good else 1


def main() -> int:
    """All of it."""
    env = os.environ
    minutes, seed = float(env.get("MINUTES") or 60), int(env.get("SEED") or 1)
    end = time.monotonic() + minutes * 60
    judged = list(judged_rules(end))
    broken = ""
    if mutants := sample(int(env.get("COUNT") or 60), seed):
        found, broken = judged_sample(mutants, seed, (end - time.monotonic()) / 60)
        judged += found
    status = say(judged)
    if broken:
        print(f"WRONG: without any mutant, this fails: {broken}")
    return 1 if broken else status


if __name__ == "__main__":
    sys.exit(main())
