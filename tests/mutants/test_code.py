"""What `make mutate` changes, and that it sees a test that says nothing; and two mutants that survived once, each with its test."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.code.__main__ import say
from tests.mutants.code.equivalent import EQUIVALENT
from tests.mutants.code.making import mutants_in, mutants_of
from tests.mutants.code.rules import Outcome

CODE = '''
MOST = 5
OF_OTHERS = 7
CODES = ("a", "b")

class State(StrEnum):
    """A state."""
    OPEN = "open"

@dataclass(frozen=True)
class Count:
    number: int = 0
    since: date | None = None

    @property
    def many(self) -> bool:
        """Whether there are many."""
        return self.number > MOST

def problem(count: Count, query: Select) -> str:
    if count.many:
        return _("There are too many.")
    if not query.where(Row.code == "a"):
        raise ValueError(f"{count} is empty")
    return ", ".join(each for each in CODES if each)
'''


def test_of_code_what_decides_is_changed_and_what_is_read_is_not() -> None:
    found = {(mutant.function, *mutant.becomes) for mutant in mutants_in(CODE, "service/x/rules.py")}
    assert found == {
        ("", "MOST = 6"),
        ("", "MOST = None"),
        ("", "number: int = 1"),
        ("", "number: int = None"),
        ("Count.many", "return self.number >= MOST"),
        ("problem", "if (count.many) and False:"),
        ("problem", "if (count.many) or True:"),
        ("problem", 'if query.where(Row.code == "a"):'),
        ("problem", 'if (not query.where(Row.code == "a")) and False:'),
        ("problem", 'if (not query.where(Row.code == "a")) or True:'),
        ("problem", "if not query:"),
        ("problem", "if not query.where(None):"),
        ("problem", 'if not query.where(Row.code != "a"):'),
        ("problem", 'if not query.where(Row.code == "XXaXX"):'),
        ("problem", 'return "XX, XX".join(each for each in CODES if each)'),
        ("problem", 'return ", ".join(None)'),
        ("problem", 'return ", ".join(each for each in CODES if (each) and False)'),
        ("problem", 'return ", ".join(each for each in CODES if (each) or True)'),
    }


def test_what_is_said_to_be_equivalent_is_still_there() -> None:
    keys = {mutant.key for file in {file for file, _was, _becomes in EQUIVALENT} for mutant in mutants_of(file)}
    assert set(EQUIVALENT) <= keys
    assert all(EQUIVALENT.values())


def test_a_survivor_of_the_rules_fails_and_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    of_rules = mutants_in(CODE, "service/volunteer/certificates/rules.py")[0]
    of_operations = mutants_in(CODE, "service/x/operations.py")[0]
    assert say([(of_rules, Outcome.KILLED), (of_operations, Outcome.SURVIVED)]) == 0
    assert say([(of_rules, Outcome.SURVIVED)]) == 1
    assert (
        "SURVIVED: service/volunteer/certificates/rules.py:2\n    - MOST = 5\n    + MOST = None"
        in capsys.readouterr().out
    )
    assert say([]) == 1, "nothing was tried"


def test_all_mutants_of_a_file_of_rules_are_judged_in_processes_of_their_own(root: Path) -> None:
    command = [sys.executable, "-m", "tests.mutants.code"]
    done = subprocess.run(  # noqa: PLW1510 - what it says is asked
        command,
        cwd=root,
        env={"ONLY": "volunteer/certificates/rules.py", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.stdout.endswith("ok\n"), done.stdout + done.stderr
    tried = len(mutants_of("service/volunteer/certificates/rules.py"))
    assert f"{tried:5} of {tried:5}   survived 0" in done.stdout
