"""Tell anyone whether a file is a paper of ours, and how the paper stands: nothing of what it says to whoever does not hold it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.platform.documents import queries
from service.platform.documents.operations import CheckedFile
from service.platform.documents.queries import KnownPaper, Verified
from service.platform.documents.rules import CheckFinding, Seal, Standing, StandingState
from service.platform.feature import features
from tenants.acting import acting_for
from tenants.database import db, only_reading, transaction
from tenants.reach import clock


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, what the paper is where every byte is as it was issued, and how it stands where it is not simply in force."""

    finding: CheckFinding
    paper: Verified | None = None
    standing: Standing | None = None
    seal: Seal | None = None  # of a file that was sent
    made_of: str | None = None  # the number of the paper whose seal an altered file carries


def check_file(
    sha256: str, earlier: Sequence[str], number: str | None, mark: str | None, sent: CheckedFile | None = None
) -> Checked:
    """What a file with that hash is. `earlier` are the hashes of what it was before it was added to, number and mark what is
    printed on it, where that was typed, and `sent` what its seal tells, where the file itself was sent.
    """
    seal = sent.seal if sent else None
    paper = queries.verified(sha256)
    if paper is not None:
        return Checked(CheckFinding.GENUINE, paper, _standing(paper.number, queries.known(paper.number, sha256)), seal)
    made_of = sent.paper.number if sent and sent.paper else None
    of_ours = (
        made_of or any(queries.verified(each) for each in earlier) or (number and mark and queries.known(number, mark))
    )
    return Checked(CheckFinding.ALTERED if of_ours else CheckFinding.UNKNOWN, seal=seal, made_of=made_of)


def check_number(number: str, mark: str) -> Checked:
    """Whether a paper was issued with that number and that fingerprint, or with a SHA-256 that begins so."""
    known = queries.known(number, mark)
    if known is None:
        return Checked(CheckFinding.UNKNOWN)
    return Checked(CheckFinding.KNOWN, None, _standing(number, known))


def _standing(number: str, known: KnownPaper | None) -> Standing | None:
    """How a paper stands, by what took its place, or by the feature whose it is: read as unattended work, told without the rest."""
    if known is None:
        return None
    if known.superseded_by:
        return Standing(StandingState.SUPERSEDED, None, known.superseded_by)
    stands = features().standings.get(known.kind)
    if stands is None:
        return None
    db.session.rollback()  # nothing was written; what follows is read within another reach
    with only_reading(), acting_for(clock([known.municipality_code])), transaction():
        found: Standing | None = stands(known.municipality_code, number)
        return found
