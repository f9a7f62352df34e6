"""What looks ahead asks until when an agreement is in force, never the term that was signed: a notice and a successor end it sooner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OF_THE_TERM = re.compile(r"\bscope\.ends_on|\bpayment\.instalments|\bscope\.evaluation_on")
MAY_READ_THE_TERM = {
    "service/partnership/partnerships/rules.py": "what a draft may say",
    "service/partnership/partnerships/renewal.py": "the term after it is as long",
    "service/partnership/agreements/offering.py": "it is what is offered",
    "service/partnership/agreements/items.py": "a draft's",
    "service/partnership/agreements/queries.py": "`validity` and `payments` follow from it",
    "service/partnership/agreements/settling.py": "it says what stands of it",
    "service/partnership/agreements/ending_paper.py": "it says from what term it ends sooner",
    "service/desk/endings/queries.py": "what would follow of an end that is not there",
    "service/partnership/agreements/papers/agreement.html": "it is the agreement",
    "service/partnership/partnerships/following.py": "what follows from the term that is drafted",
    "service/partnership/partnerships/continuing.py": "an addendum is of the term that it changes",
    "service/partnership/agreements/addendum.py": "a field of the scope, by its name",
    "service/partnership/agreements/papers/addendum.html": "it is what is agreed",
    "service/partnership/agreements/intake.py": "it is what was signed",
    "service/partnership/agreements/difference_texts.py": "it tells two terms apart",
    "service/partnership/agreements/templates/agreements/on_paper.html": "it is what was signed",
    "service/partnership/agreements/templates/agreements/renewals.html": "two terms, side by side",
    "service/partnership/duties/rules.py": "a rhythm is counted through the term; the list takes what lies within the period",
    "service/reporting/yearplan/rules.py": "what lies after the last day in force is told as fallen away",
    "service/reporting/statements/rules.py": "within the days in force",
    "service/reporting/statements/progress.py": "a target's pace is the term's",
    "service/desk/home/templates/home/municipality.html": "where no agreement is known beside the scope",
}


def of_the_term(source: str) -> Iterator[str]:
    """Where a source reads the end of a term, or what is due in it."""
    yield from (match.group() for match in OF_THE_TERM.finditer(source))


def test_nothing_else_reads_the_end_of_the_term() -> None:
    paths = [path for kind in ("*.py", "*.html") for path in sorted((ROOT / "service").rglob(kind))]
    reading = {str(path.relative_to(ROOT)) for path in paths if list(of_the_term(path.read_text()))}
    assert reading == set(MAY_READ_THE_TERM), "ask `agreements.queries.running` or `in_force` for the last day"


def test_control_one_that_reads_it_is_told() -> None:
    assert list(of_the_term("ends = found.scope.ends_on")) == ["scope.ends_on"]
    assert list(of_the_term("{{ scope.payment.instalments }}")) == ["payment.instalments"]
    assert not list(of_the_term("row.ends_on, running.last"))
